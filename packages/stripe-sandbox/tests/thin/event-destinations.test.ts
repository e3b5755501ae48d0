import Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { conforms } from '../support/conforms.ts'
import { eventually } from '../support/eventually.ts'
import { misfits } from '../support/fits-version.ts'
import { send } from '../support/http.ts'
import { startReceiver } from '../support/receiver.ts'
import { failure, start } from '../support/start.ts'

const input = {
  name: 'Mine',
  type: 'webhook_endpoint',
  event_payload: 'thin',
  enabled_events: ['v1.customer.created'],
  webhook_endpoint: { url: 'http://127.0.0.1:1/webhook' },
} as const satisfies Partial<Stripe.V2.Core.EventDestinationCreateParams>

test('a destination has every field of this API version', async () => {
  const { stripe } = await start()
  const destination = await create(stripe, { description: 'All of it', metadata: { a: '1' } })
  expect(conforms(destination)).toEqual([])
  expect(destination).toMatchObject({
    id: expect.stringMatching(/^ed_test_/),
    name: 'Mine',
    description: 'All of it',
    metadata: { a: '1' },
    status: 'enabled',
    event_payload: 'thin',
    events_from: ['@self'],
  })
})

test('secret and URL are shown where they are asked for, the secret only once', async () => {
  const { sandbox, stripe } = await start()
  const destinations = stripe.v2.core.eventDestinations
  expect(await create(stripe)).toMatchObject({ webhook_endpoint: {} })
  const include = ['webhook_endpoint.signing_secret', 'webhook_endpoint.url']
  const whole = await create(stripe, { include })
  expect(whole.webhook_endpoint).toEqual({
    signing_secret: expect.stringMatching(/^whsec_\w{32}$/),
    url: input.webhook_endpoint.url,
  })
  expect((await destinations.retrieve(whole.id)).webhook_endpoint).toEqual({})
  const asked = await destinations.retrieve(whole.id, { include: ['webhook_endpoint.url'] })
  expect(asked.webhook_endpoint).toEqual({ url: input.webhook_endpoint.url })
  const answer = await send(
    sandbox,
    'GET',
    `/v2/core/event_destinations/${whole.id}?include[0]=webhook_endpoint.signing_secret`,
  )
  expect(JSON.stringify(answer.body)).not.toContain('whsec_')
})

test('a destination can be changed, disabled, enabled and deleted', async () => {
  const { stripe } = await start()
  const destinations = stripe.v2.core.eventDestinations
  const { id } = await create(stripe)
  expect(await destinations.update(id, { name: 'Yours', enabled_events: ['*'] })).toMatchObject({
    name: 'Yours',
    enabled_events: ['*'],
  })
  const disabled = await destinations.disable(id)
  expect(disabled).toMatchObject({ status: 'disabled', status_details: { disabled: { reason: 'user' } } })
  expect(conforms(disabled)).toEqual([])
  expect(conforms(await destinations.enable(id))).toEqual([])
  expect(await destinations.del(id)).toMatchObject({ id })
  expect(await failure(destinations.retrieve(id))).toMatchObject({ statusCode: 404, code: 'not_found' })
})

test('destinations are listed page by page', async () => {
  const { stripe } = await start()
  for (let n = 0; n < 5; n += 1) await create(stripe)
  const all = await stripe.v2.core.eventDestinations
    .list({ limit: 2, include: ['webhook_endpoint.url'] })
    .autoPagingToArray({ limit: 10 })
  expect(all).toHaveLength(5)
  expect(all.every((each) => each.webhook_endpoint?.url === input.webhook_endpoint.url)).toBe(true)
  expect(conforms(all[0])).toEqual([])
})

test('a page of a list names the one before it', async () => {
  const { sandbox, stripe } = await start()
  const ids: string[] = []
  for (let n = 0; n < 3; n += 1) ids.unshift((await create(stripe)).id)
  const page = async (url: string) => {
    const { body } = await send(sandbox, 'GET', url)
    return body as { data: { id: string }[]; next_page_url: string; previous_page_url: string }
  }
  const first = await page('/v2/core/event_destinations?limit=2')
  const second = await page(first.next_page_url)
  const again = await page(second.previous_page_url)
  expect([first, second, again].map(({ data }) => data.map(({ id }) => id))).toEqual([
    ids.slice(0, 2),
    ids.slice(2),
    ids.slice(0, 2),
  ])
})

test('a disabled destination gets nothing', async () => {
  const receiver = await startReceiver()
  const { stripe, sandbox } = await start()
  const { id } = await create(stripe, { webhook_endpoint: { url: receiver.url } })
  await stripe.v2.core.eventDestinations.disable(id)
  await stripe.customers.create({})
  expect(sandbox.context.store.count('delivery')).toBe(0)
})

test('a ping arrives, whatever the destination listed', async () => {
  const receiver = await startReceiver()
  const { stripe } = await start()
  const { id } = await create(stripe, { webhook_endpoint: { url: receiver.url } })
  const pinged = await stripe.v2.core.eventDestinations.ping(id)
  await eventually(() => receiver.received.length).toBe(1)
  expect(JSON.parse(receiver.received[0]?.body ?? '{}')).toMatchObject({
    id: pinged.id,
    type: 'v2.core.event_destination.ping',
    related_object: { id, url: `/v2/core/event_destinations/${id}` },
  })
})

describe('a destination of snapshots', () => {
  test('gets whole events', async () => {
    const receiver = await startReceiver()
    const { stripe } = await start()
    const { webhook_endpoint: webhook } = await create(stripe, {
      event_payload: 'snapshot',
      enabled_events: ['customer.created'],
      webhook_endpoint: { url: receiver.url },
      include: ['webhook_endpoint.signing_secret'],
    })
    await stripe.customers.create({})
    await eventually(() => receiver.received.length).toBe(1)
    const { body = '', headers } = receiver.received[0] ?? {}
    const signature = String(headers?.['stripe-signature'])
    const event = stripe.webhooks.constructEvent(body, signature, webhook?.signing_secret ?? '')
    expect(conforms(event)).toEqual([])
  })

  test('in the version that it asked for', async () => {
    const receiver = await startReceiver()
    const { stripe } = await start({ seed: 'demo' })
    await create(stripe, {
      event_payload: 'snapshot',
      snapshot_api_version: '2025-02-24.acacia',
      enabled_events: ['*'],
      webhook_endpoint: { url: receiver.url },
    })
    await stripe.prices.update('price_demo_team_monthly', { nickname: 'Team' })
    await eventually(() => receiver.received.length).toBe(1)
    const event = JSON.parse(receiver.received[0]?.body ?? '{}')
    expect(event).toMatchObject({ api_version: '2025-02-24.acacia' })
    expect(misfits(event.data.object, '2025-02-24.acacia')).toEqual([])
  })
})

describe('what is refused', () => {
  test.each<[string, Partial<Stripe.V2.Core.EventDestinationCreateParams>, string]>([
    ['no events', { enabled_events: [] }, 'enabled_events'],
    ['a snapshot’s name in a thin destination', { enabled_events: ['customer.created'] }, 'enabled_events'],
    [
      'a thin event’s name in a destination of snapshots',
      { event_payload: 'snapshot', enabled_events: ['v1.customer.created'] },
      'enabled_events',
    ],
    ['another transport', { type: 'amazon_eventbridge' }, 'type'],
    ['the events of other accounts', { events_from: ['@accounts'] }, 'events_from'],
    ['a version for thin events', { snapshot_api_version: Stripe.API_VERSION }, 'snapshot_api_version'],
    [
      'a version that nobody renders',
      { event_payload: 'snapshot', enabled_events: ['*'], snapshot_api_version: '2020-08-27' },
      'snapshot_api_version',
    ],
    ['a URL without a scheme', { webhook_endpoint: { url: 'example.com' } }, 'webhook_endpoint.url'],
  ])('%s', async (_, change, param) => {
    const { stripe } = await start()
    expect(await failure(create(stripe, change))).toMatchObject({ statusCode: 400, param })
  })

  test.each(['{', '[]', '{"name": 5}'])('a body such as %s', async (body) => {
    const { sandbox } = await start()
    const headers = { 'Content-Type': 'application/json' }
    expect((await send(sandbox, 'POST', '/v2/core/event_destinations', { body, headers })).status).toBe(400)
  })

  test('a seventeenth endpoint, of whichever kind', async () => {
    const { stripe } = await start()
    for (let n = 0; n < 15; n += 1) await create(stripe)
    await stripe.webhookEndpoints.create({ url: 'http://127.0.0.1:1/', enabled_events: ['*'] })
    expect((await failure(create(stripe))).message).toContain('maximum of 16')
  })

  test('the rest of API v2', async () => {
    const { stripe } = await start()
    expect(await failure(stripe.v2.core.accounts.list())).toMatchObject({ code: 'sandbox_not_supported_yet' })
  })
})

test('the secret of a destination can be rolled', async () => {
  const { sandbox, stripe } = await start()
  const { id } = await create(stripe)
  expect(sandbox.rollWebhookSecret(id, 60)).toMatch(/^whsec_/)
})

function create(stripe: Stripe, change: Partial<Stripe.V2.Core.EventDestinationCreateParams> = {}) {
  return stripe.v2.core.eventDestinations.create({
    ...input,
    enabled_events: [...input.enabled_events],
    ...change,
  })
}
