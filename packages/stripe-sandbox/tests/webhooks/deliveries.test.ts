import Stripe from 'stripe'
import { expect, test } from 'vitest'
import { conforms } from '../support/conforms.ts'
import { eventually } from '../support/eventually.ts'
import { startReceiver } from '../support/receiver.ts'
import { start } from '../support/start.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const quick = { deliveries: { firstRetryMs: 10 } }

test('an event arrives whole, signed with the endpoint’s secret', async () => {
  const receiver = await startReceiver()
  const { sandbox, stripe } = await start({ webhook: { url: receiver.url } })
  const customer = await stripe.customers.create({ name: 'Ada' }, { idempotencyKey: 'k1' })
  await eventually(() => receiver.received.length).toBe(1)
  const [delivery] = receiver.received
  const event = stripe.webhooks.constructEvent(
    delivery?.body ?? '',
    delivery?.headers['stripe-signature'] ?? '',
    sandbox.webhookSecret ?? '',
  )
  expect(conforms(event)).toEqual([])
  expect(event).toMatchObject({
    api_version: Stripe.API_VERSION,
    livemode: false,
    pending_webhooks: 1,
    request: { id: customer.lastResponse.requestId, idempotency_key: 'k1' },
    type: 'customer.created',
    data: { object: { id: customer.id, name: 'Ada' } },
  })
  expect(delivery?.headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
  })
})

test('a signature of another secret does not verify', async () => {
  const receiver = await startReceiver()
  const { stripe } = await start({ webhook: { url: receiver.url, secret: 'whsec_right' } })
  await stripe.customers.create({})
  await eventually(() => receiver.received.length).toBe(1)
  const [delivery] = receiver.received
  expect(() =>
    stripe.webhooks.constructEvent(
      delivery?.body ?? '',
      delivery?.headers['stripe-signature'] ?? '',
      'whsec_wrong',
    ),
  ).toThrow(Stripe.errors.StripeSignatureVerificationError)
})

test('each endpoint has its own secret and gets only what it asked for', async () => {
  const [all, products] = [await startReceiver(), await startReceiver()]
  const { stripe } = await start()
  const first = await stripe.webhookEndpoints.create({ url: all.url, enabled_events: ['*'] })
  const second = await stripe.webhookEndpoints.create({
    url: products.url,
    enabled_events: ['product.created'],
  })
  await stripe.customers.create({})
  await stripe.products.create({ name: 'A' })
  await eventually(() => [all.received.length, products.received.length]).toEqual([2, 1])
  expect(first.secret).not.toBe(second.secret)
  const [delivery] = products.received
  const event = stripe.webhooks.constructEvent(
    delivery?.body ?? '',
    delivery?.headers['stripe-signature'] ?? '',
    second.secret ?? '',
  )
  expect(event).toMatchObject({ type: 'product.created', pending_webhooks: 2 })
})

test('a failed delivery is tried again until it succeeds, the same event each time', async () => {
  const receiver = await startReceiver()
  const { stripe } = await start({ ...quick, webhook: { url: receiver.url } })
  const answers = [500, 404, 200]
  receiver.answer = () => answers.shift() ?? 200
  await stripe.customers.create({})
  await eventually(async () => (await stripe.events.list({ delivery_success: true })).data.length).toBe(1)
  expect(receiver.received).toHaveLength(3)
  expect(new Set(receiver.received.map(({ body }) => JSON.parse(body).id)).size).toBe(1)
})

test('a redirect is a failure and is not followed', async () => {
  const receiver = await startReceiver()
  const { stripe } = await start({ ...quick, webhook: { url: receiver.url } })
  const answers = [301, 307]
  receiver.answer = () => answers.shift() ?? 200
  await stripe.customers.create({})
  await eventually(() => receiver.received.length).toBe(3)
})

test('an endpoint that does not answer in time has failed', async () => {
  const receiver = await startReceiver()
  const { sandbox, stripe } = await start({ deliveries: { timeoutMs: 50 }, webhook: { url: receiver.url } })
  receiver.answer = () => new Promise(() => undefined)
  await stripe.customers.create({})
  const attempts = () => [...sandbox.context.store.all('delivery')].flatMap((delivery) => delivery.attempts)
  await eventually(attempts).toMatchObject([{ status: null, error: 'timed out' }])
})

test('an endpoint that is not there has failed, and the event stays pending', async () => {
  const { stripe } = await start({ webhook: { url: 'http://127.0.0.1:1/none' } })
  await stripe.customers.create({})
  const pending = await stripe.events.list({ delivery_success: false })
  expect(pending.data).toMatchObject([{ type: 'customer.created', pending_webhooks: 1 }])
})

test('deliveries to one endpoint run side by side', async () => {
  const receiver = await startReceiver()
  const { stripe } = await start({ webhook: { url: receiver.url } })
  const release = Promise.withResolvers<number>()
  receiver.answer = () => release.promise
  await Promise.all(Array.from({ length: 20 }, () => stripe.customers.create({})))
  await eventually(() => receiver.received.length).toBe(16)
  release.resolve(200)
  await eventually(() => receiver.received.length).toBe(20)
})

test('a disabled endpoint gets nothing, not even what was waiting', async () => {
  const receiver = await startReceiver()
  const { sandbox, stripe } = await start({ ...quick, webhook: { url: receiver.url } })
  // So that the second attempt comes due when the endpoint is disabled, however long that takes.
  const disabled = Promise.withResolvers<number>()
  receiver.answer = () => disabled.promise
  await stripe.customers.create({})
  await eventually(() => receiver.received.length).toBe(1)
  const [endpoint] = (await stripe.webhookEndpoints.list()).data
  await stripe.webhookEndpoints.update(endpoint?.id ?? '', { disabled: true })
  await stripe.customers.create({})
  disabled.resolve(500)
  await eventually(() =>
    [...sandbox.context.store.all('delivery')].map((each) => each.nextAttemptAtMs),
  ).toEqual([null])
  expect(receiver.received).toHaveLength(1)
})

test('what was not delivered before a restart is delivered after it', async () => {
  const dataDir = temporaryFolder()
  const receiver = await startReceiver()
  receiver.answer = () => 500
  const options = { ...quick, dataDir, webhook: { url: receiver.url } }
  const before = await start(options)
  const { id } = await before.stripe.customers.create({})
  await before.sandbox.close()
  receiver.answer = () => 200
  const { stripe, sandbox } = await start(options)
  expect(sandbox.webhookSecret).toBe(before.sandbox.webhookSecret)
  await eventually(async () => (await stripe.events.list({ delivery_success: true })).data.length).toBe(1)
  expect(JSON.parse(receiver.received.at(-1)?.body ?? '{}')).toMatchObject({ data: { object: { id } } })
})

test('closing waits for a delivery in flight and cuts off one that hangs', async () => {
  const receiver = await startReceiver()
  const { sandbox, stripe } = await start({ webhook: { url: receiver.url } })
  receiver.answer = () => new Promise(() => undefined)
  await stripe.customers.create({})
  await eventually(() => receiver.received.length).toBe(1)
  await sandbox.close()
  await expect(fetch(sandbox.url)).rejects.toThrow()
})

test('what waits for a deleted endpoint counts as pending no more', async () => {
  const { stripe } = await start({ webhook: { url: 'http://127.0.0.1:1/none' } })
  await stripe.customers.create({})
  const [endpoint] = (await stripe.webhookEndpoints.list()).data
  await stripe.webhookEndpoints.del(endpoint?.id ?? '')
  const [event] = (await stripe.events.list()).data
  expect(event).toMatchObject({ type: 'customer.created', pending_webhooks: 0 })
  expect((await stripe.events.list({ delivery_success: false })).data).toEqual([])
})

test('what a disabled endpoint missed stays on the list of the undelivered', async () => {
  const receiver = await startReceiver()
  receiver.answer = () => 500
  const { sandbox, stripe } = await start({ ...quick, webhook: { url: receiver.url } })
  await stripe.customers.create({})
  const [endpoint] = (await stripe.webhookEndpoints.list()).data
  await stripe.webhookEndpoints.update(endpoint?.id ?? '', { disabled: true })
  await eventually(() =>
    [...sandbox.context.store.all('delivery')].map((each) => each.nextAttemptAtMs),
  ).toEqual([null])
  expect((await stripe.events.list({ delivery_success: false })).data).toHaveLength(1)
})

test('an endpoint deleted while a delivery is on its way does not bring it back', async () => {
  const receiver = await startReceiver()
  const answer = Promise.withResolvers<number>()
  receiver.answer = () => answer.promise
  const { sandbox, stripe } = await start({ webhook: { url: receiver.url } })
  await stripe.customers.create({})
  await eventually(() => receiver.received.length).toBe(1)
  const [endpoint] = (await stripe.webhookEndpoints.list()).data
  await stripe.webhookEndpoints.del(endpoint?.id ?? '')
  answer.resolve(500)
  await sandbox.close()
  expect(sandbox.context.store.count('delivery')).toBe(0)
})
