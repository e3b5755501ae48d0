import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPayments, type Payments } from '../../src/index.ts'
import { createStripe } from '../../src/stripe/client.ts'
import { FRONTEND_URL, JWT_SECRET, tokenFor, WEBHOOK_SECRET } from '../support/api.ts'
import { useOwnServer } from '../support/own-server.ts'

const server = useOwnServer()
const stripe = createStripe({ apiKey: 'sk_test_nobody_is_asked' })
let payments: Payments

beforeAll(() => {
  payments = createPayments({
    database: { url: server.url },
    stripe: { secretKey: 'sk_test_nobody_is_asked', webhookSecrets: [WEBHOOK_SECRET] },
    frontendUrl: FRONTEND_URL,
    auth: { secret: JWT_SECRET },
    log: pino({ level: 'silent' }),
  })
})
afterAll(() => payments.stop())

test('while the database is down the answer is 503, and afterwards everything goes on by itself', async () => {
  expect(await statuses()).toEqual([200, 200, 200])
  await server.stop()
  expect(await statuses()).toEqual([503, 503, 503])
  await server.start()
  await expect.poll(statuses).toEqual([200, 200, 200])
})

test('while the database is down the answer says when to come again, and nothing about the database', async () => {
  await server.stop()
  const answer = await ask('/payments/get-plans')
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await answer.json()).toEqual({
    detail: 'The service cannot reach its database right now.',
    code: 'database_unavailable',
    request_id: expect.any(String),
  })
  await server.start()
})

async function statuses(): Promise<number[]> {
  const answers = [
    await ask('/payments/get-user-subscription'),
    await ask('/payments/transactions'),
    await deliver(),
  ]
  return answers.map(({ status }) => status)
}

async function ask(path: string): Promise<Response> {
  const headers = { Authorization: `Bearer ${await tokenFor('ann')}` }
  return await payments.fetch(new Request(`http://localhost${path}`, { headers }))
}

async function deliver(): Promise<Response> {
  const payload =
    '{"id":"evt_1","object":"event","type":"invoice.paid","created":1700000000,"livemode":false,"data":{"object":{"id":"in_1","object":"invoice","customer":"cus_1"}}}'
  const headers = {
    'Stripe-Signature': stripe.webhooks.generateTestHeaderString({ payload, secret: WEBHOOK_SECRET }),
  }
  return await payments.fetch(
    new Request('http://localhost/payments/webhook', { method: 'POST', headers, body: payload }),
  )
}
