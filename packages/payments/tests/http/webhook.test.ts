import { describe, expect, test } from 'vitest'
import { type Answer, useApi, WEBHOOK_SECRET } from '../support/api.ts'

const api = useApi()

const event = (id: string, type = 'invoice.paid') =>
  JSON.stringify({
    id,
    object: 'event',
    type,
    created: 1_700_000_000,
    livemode: false,
    api_version: '2026-10-28.endive',
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    data: { object: { id: 'in_1', object: 'invoice', customer: 'cus_1' } },
  })

function deliver(payload: string, signature?: string): Promise<Answer> {
  const headers: Record<string, string> = { 'Content-Type': 'application/json' }
  if (signature !== undefined) headers['Stripe-Signature'] = signature
  return api.request('POST', '/payments/webhook', { rawBody: payload, headers })
}

function sign(payload: string, options: { secret?: string; timestamp?: number } = {}): string {
  return api.stripe.webhooks.generateTestHeaderString({ payload, secret: WEBHOOK_SECRET, ...options })
}

async function stored(id: string): Promise<unknown> {
  return await api.database.db.query
    .selectFrom('events')
    .select(['id', 'type', 'status'])
    .where('id', '=', id)
    .executeTakeFirst()
}

test('a signed event is stored and answered', async () => {
  const payload = event('evt_good')
  expect(await deliver(payload, sign(payload))).toMatchObject({ status: 200, body: { received: true } })
  expect(await stored('evt_good')).toMatchObject({ type: 'invoice.paid' })
})

test('an event that comes twice is answered twice and stored once', async () => {
  const payload = event('evt_twice')
  expect((await deliver(payload, sign(payload))).status).toBe(200)
  expect(await deliver(payload, sign(payload))).toMatchObject({ status: 200, body: { received: true } })
})

test('an event of a type that nobody knows is stored, ignored and answered 200', async () => {
  const payload = event('evt_unknown', 'something.nobody.knows')
  expect((await deliver(payload, sign(payload))).status).toBe(200)
  expect(await stored('evt_unknown')).toMatchObject({ status: 'ignored' })
})

describe('a delivery is refused and stored nowhere', () => {
  test.each([
    ['without a signature', () => undefined],
    ['with an empty signature', () => ''],
    ['with nonsense for a signature', () => 't=abc,v1=def'],
    ["with somebody else's signature", (payload: string) => sign(payload, { secret: 'whsec_of_another' })],
    ['with the signature of another body', () => sign(event('evt_other'))],
    ['with an old signature', (payload: string) => sign(payload, { timestamp: 1_600_000_000 })],
    ['with a signature of the test scheme only', (payload: string) => sign(payload).replace('v1=', 'v0=')],
  ])('%s', async (_how, signature) => {
    const payload = event('evt_bad')
    expect(await deliver(payload, signature(payload))).toMatchObject({
      status: 400,
      body: { code: 'webhook_invalid_signature', detail: 'Invalid signature.' },
    })
    expect(await stored('evt_bad')).toBeUndefined()
  })

  test.each([
    ['no JSON', 'hello'],
    ['no event', '{"id": "evt_bad", "object": "customer"}'],
    ['an event without an id', '{"object": "event", "type": "invoice.paid"}'],
    ['an array', '[]'],
    ['nothing', ''],
  ])('signed, but %s', async (_what, payload) => {
    expect(await deliver(payload, sign(payload))).toMatchObject({
      status: 400,
      body: { code: 'webhook_invalid_payload' },
    })
  })

  test('signed, but 2 MB', async () => {
    const payload = event('evt_huge').replace('in_1', 'x'.repeat(2 * 1024 * 1024))
    expect(await deliver(payload, sign(payload))).toMatchObject({
      status: 413,
      body: { code: 'body_too_large' },
    })
  })
})
