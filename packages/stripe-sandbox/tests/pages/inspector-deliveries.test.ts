import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { openPage, postForm } from '../support/pages.ts'
import { type Receiver, startReceiver } from '../support/receiver.ts'
import { start } from '../support/start.ts'

test('every attempt is shown with its answer, how long it took and what comes next', async () => {
  const { sandbox, page } = await failedDelivery({ firstRetryMs: 60_000 })
  const [delivery] = [...sandbox.context.store.all('delivery')]
  const { text } = await page()
  expect(text).toMatch(/500 [A-Z][a-z]{2} \d+, \d{4}, [\d:]{8} after [\d.]+ ms no database/)
  expect(text).toContain('retrying Next attempt')
  const { text: list, markup } = await openPage(`${sandbox.url}/inspector/deliveries?state=retrying`)
  expect(list).toContain('customer.created retrying')
  expect(list).toContain('1 attempt, answered 500, next ')
  expect(markup).toContain(`#${delivery?.id}"`)
})

test('an endpoint that does not answer is shown with the reason', async () => {
  const { sandbox, stripe } = await start({ webhook: { url: 'http://127.0.0.1:1/none' } })
  await stripe.customers.create({})
  await eventually(async () => (await openPage(`${sandbox.url}/inspector/deliveries`)).text).toContain(
    'ECONNREFUSED',
  )
})

test('an answer is kept by its beginning', async () => {
  const { sandbox } = await failedDelivery({ firstRetryMs: 60_000 }, 'x'.repeat(5000))
  const [delivery] = [...sandbox.context.store.all('delivery')]
  expect(delivery?.attempts[0]?.answer).toBe('x'.repeat(1024))
})

test('an event is sent again at once, and the retries that were planned go on', async () => {
  const { sandbox, stripe, receiver, event } = await failedDelivery({ firstRetryMs: 60_000 })
  receiver.answer = () => 200
  const answer = await postForm(`${sandbox.url}/inspector/events/${event}/resend`, {
    endpoint: String((await stripe.webhookEndpoints.list()).data[0]?.id),
  })
  expect(answer.status).toBe(303)
  await eventually(() => receiver.received.length).toBe(2)
  expect(JSON.parse(receiver.received[1]?.body ?? '{}')).toMatchObject({ id: event })
  expect((await openPage(`${sandbox.url}${answer.location}`)).text).toContain('The event was sent again.')
  await eventually(() =>
    [...sandbox.context.store.all('delivery')].map(({ nextAttemptAtMs }) => nextAttemptAtMs === null),
  ).toEqual([true, false])
})

test('an endpoint that was reached by hand counts as reached, once', async () => {
  const { sandbox, stripe, receiver, event } = await failedDelivery({ firstRetryMs: 60_000 })
  const [endpoint] = (await stripe.webhookEndpoints.list()).data
  const send = () =>
    postForm(`${sandbox.url}/inspector/events/${event}/resend`, { endpoint: `${endpoint?.id}` })
  const pending = async () => (await stripe.events.retrieve(event)).pending_webhooks
  await send()
  const attempts = () => [...sandbox.context.store.all('delivery')].map((each) => each.attempts.length)
  await eventually(attempts).toEqual([1, 1])
  expect(await pending()).toBe(1)
  receiver.answer = () => 200
  await send()
  await eventually(pending).toBe(0)
})

test.each([
  ['an endpoint that is not there', 'we_none'],
  ['no endpoint', ''],
])('nothing is sent to %s', async (_, endpoint) => {
  const { sandbox, receiver, event } = await failedDelivery({ firstRetryMs: 60_000 })
  const answer = await postForm(`${sandbox.url}/inspector/events/${event}/resend`, { endpoint })
  expect([answer.status, receiver.received.length]).toEqual([409, 1])
  expect((await postForm(`${sandbox.url}/inspector/events/evt_none/resend`)).status).toBe(404)
})

/** A sandbox whose one event was answered with a 500. */
async function failedDelivery(deliveries: { firstRetryMs: number }, body = 'no database') {
  const receiver: Receiver = await startReceiver()
  receiver.answer = () => 500
  receiver.body = body
  const { sandbox, stripe } = await start({ deliveries, webhook: { url: receiver.url } })
  await stripe.customers.create({})
  const deliveryOf = () => [...sandbox.context.store.all('delivery')][0]
  await eventually(() => deliveryOf()?.attempts.length).toBe(1)
  const event = deliveryOf()?.eventId ?? ''
  return {
    sandbox,
    stripe,
    receiver,
    event,
    page: () => openPage(`${sandbox.url}/inspector/events/${event}`),
  }
}
