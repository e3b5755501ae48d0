import pino from 'pino'
import { createSandbox, type Sandbox } from 'stripe-sandbox'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createPayments, type Payments } from '../../src/index.ts'
import { createStripe, type StripeClient } from '../../src/stripe/client.ts'
import { JWT_SECRET, tokenFor } from '../support/api.ts'
import { killProcessesAfterEach, runNode } from '../support/child-process.ts'
import { useDatabase } from '../support/database.ts'
import { BILLHOOK, serviceEnv, signedEvent, startService, WEBHOOK_SECRET } from '../support/serve-process.ts'
import { type StripeProxy, startStripeProxy } from '../support/stripe-proxy.ts'

const PRICE = 'price_demo_team_monthly'
const SENTENCE = 'This database belongs to the Stripe account acct_'

const database = useDatabase()
killProcessesAfterEach()
let ours: Sandbox
let other: Sandbox
let network: StripeProxy
let stripe: StripeClient
const made = new Set<Payments>()

beforeEach(async () => {
  ours = await createSandbox({ seed: 'demo' })
  other = await createSandbox({ seed: 'demo' })
  network = await startStripeProxy(other.url)
  stripe = createStripe({ apiKey: ours.apiKey, apiBase: ours.url })
  await database.db.pool.query(
    `update billhook.installation set account = null;
     truncate billhook.events, billhook.event_bodies, billhook.customers, billhook.reservations`,
  )
  const payments = make(ours)
  await payments.start()
  await vi.waitFor(async () => expect(await count(`prices where id = '${PRICE}'`)).toBe(1), 10_000)
  await payments.stop()
})
afterEach(async () => {
  await Promise.all([...made].map((payments) => payments.stop()))
  made.clear()
  await network.close()
  await Promise.all([ours.close(), other.close()])
})

function make({ apiKey, url }: { apiKey: string; url: string }): Payments {
  const payments = createPayments({
    database: { url: database.url },
    stripe: { secretKey: apiKey, apiBase: url, webhookSecrets: [WEBHOOK_SECRET], maxRetries: 0 },
    frontendUrl: 'https://shop.example',
    auth: { secret: JWT_SECRET },
    reconcile: { feed: 'off', sweepEveryMs: null },
    log: pino({ level: 'silent' }),
  })
  made.add(payments)
  return payments
}

async function count(what: string): Promise<number> {
  const { rows } = await database.db.pool.query(`select count(*)::int as count from billhook.${what}`)
  return rows[0].count
}

async function deliver(payments: Payments, id: string): Promise<void> {
  const { body, headers } = signedEvent(id)
  const answer = await payments.fetch(
    new Request('http://localhost/payments/webhook', { method: 'POST', body, headers }),
  )
  expect(answer.status).toBe(200)
}

async function checkout(payments: Payments) {
  const headers = { Authorization: `Bearer ${await tokenFor('ann')}`, 'Content-Type': 'application/json' }
  const body = JSON.stringify({ price_id: PRICE })
  const path = 'http://localhost/payments/create-checkout-session'
  const answer = await payments.fetch(new Request(path, { method: 'POST', headers, body }))
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

async function readiness(payments: Payments): Promise<unknown> {
  return await (await payments.fetch(new Request('http://localhost/readyz'))).json()
}

test('with the key of another account nothing starts, however often it is tried', async () => {
  const payments = make(other)
  await deliver(payments, 'evt_waits')
  await expect(payments.start()).rejects.toThrow(SENTENCE)
  await expect(payments.start()).rejects.toThrow(SENTENCE)
  expect(await readiness(payments)).toEqual({ status: 'not ready', reason: 'stripe_account' })
  expect(await count(`events where status = 'pending'`)).toBe(1)
})

test('a checkout that is open stays open, and can be gone on with under the right key', async () => {
  const right = make(ours)
  const first = await checkout(right)
  expect(first.status).toBe(200)
  expect(await checkout(make(other))).toMatchObject({ status: 500, body: { code: 'internal_error' } })
  expect(await count(`reservations where status = 'open'`)).toBe(1)
  expect((await checkout(right)).body).toEqual(first.body)
})

test('a Stripe that is away at the start is asked before the first event is worked off', async () => {
  network.weather = () => 'unreachable'
  const payments = make({ apiKey: other.apiKey, url: network.url })
  await payments.start()
  expect(await readiness(payments)).toEqual({ status: 'ready' })
  await deliver(payments, 'evt_later')
  network.weather = () => 'fine'
  await expect
    .poll(() => readiness(payments), { timeout: 30_000 })
    .toEqual({ status: 'not ready', reason: 'stripe_account' })
  expect(new Set(network.calls)).toEqual(new Set(['GET /v1/account']))
  expect(await count(`events where status = 'pending'`)).toBe(1)
  await payments.stop()
  await make(ours).start()
  await expect.poll(() => count(`events where status = 'pending'`), { timeout: 30_000 }).toBe(0)
})

test('another key of the same account just works', async () => {
  const again = await createSandbox({ apiKey: 'sk_test_rolled' })
  const { id } = await stripe.accounts.retrieveCurrent()
  again.context.store.transaction(() =>
    again.context.store.put('own_account', { id: 'sandbox', accountId: id }),
  )
  await make(again).start()
  await again.close()
})

test('serve ends with the sentence, and sync does nothing', async () => {
  const env = serviceEnv(database.url, { STRIPE_API_BASE: other.url })
  const service = await startService(env)
  expect((await service.exited).code).toBe(1)
  expect(service.output()).toContain(SENTENCE)
  const sync = runNode(BILLHOOK, ['sync', 'catalog'], { env })
  expect((await sync.exited).code).toBe(1)
  expect(sync.output()).toContain(SENTENCE)
})
