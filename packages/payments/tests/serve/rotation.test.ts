import pino from 'pino'
import { createSandbox, type Sandbox } from 'stripe-sandbox'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createPayments, type Payments } from '../../src/index.ts'
import { createStripe, type StripeClient } from '../../src/stripe/client.ts'
import { JWT_SECRET, tokenFor } from '../support/api.ts'
import { useDatabase } from '../support/database.ts'
import { signedEvent } from '../support/serve-process.ts'
import { pay } from '../support/shop.ts'

/*
 * What docs/4-operations.md says of rolling secrets and keys, done: two replicas on one database, one on the old Stripe key and one
 * on the new, both with both signing secrets.
 */
const OLD_KEY = 'sk_test_old'
const NEW_KEY = 'rk_test_new'
const SECRETS = ['whsec_of_the_new_roll', 'whsec_of_the_old_roll']
const PRICE = 'price_demo_team_monthly'

const database = useDatabase()
let sandbox: Sandbox
let stripe: StripeClient
let before: Payments
let after: Payments

beforeAll(async () => {
  sandbox = await createSandbox({ seed: 'demo', apiKey: OLD_KEY, restrictedKeys: [NEW_KEY] })
  stripe = createStripe({ apiKey: OLD_KEY, apiBase: sandbox.url })
  const replica = (secretKey: string) =>
    createPayments({
      database: { url: database.url },
      stripe: { secretKey, apiBase: sandbox.url, webhookSecrets: SECRETS },
      frontendUrl: 'https://shop.example',
      auth: { secret: JWT_SECRET },
      reconcile: { feed: 'off', sweepEveryMs: null },
      log: pino({ level: 'silent' }),
    })
  before = replica(OLD_KEY)
  after = replica(NEW_KEY)
  await Promise.all([before.start(), after.start()])
  const listPlans = () => database.db.query.selectFrom('plans').select('id').execute()
  await vi.waitFor(async () => expect(await listPlans()).not.toEqual([]), 15_000)
})
afterAll(async () => {
  await Promise.all([before.stop(), after.stop()])
  await sandbox.close()
})

async function ask(replica: Payments, owner: string, method: string, path: string, body?: object) {
  const headers = {
    Authorization: `Bearer ${await tokenFor(owner)}`,
    ...(body && { 'Content-Type': 'application/json' }),
  }
  const request = { method, headers, ...(body && { body: JSON.stringify(body) }) }
  const answer = await replica.fetch(new Request(`http://localhost/payments/${path}`, request))
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

describe('two signing secrets at once', () => {
  const deliveries = ['before', 'after'].flatMap((name) => SECRETS.map((secret) => [name, secret] as const))
  test.each(deliveries)('the replica %s takes a delivery signed with %s', async (name, secret) => {
    const { body, headers } = signedEvent(`evt_${name}_${secret}`, 'customer.updated', secret)
    const replica = name === 'before' ? before : after
    const request = new Request('http://localhost/payments/webhook', { method: 'POST', body, headers })
    expect((await replica.fetch(request)).status).toBe(200)
  })

  test('a secret that has been taken off is refused', async () => {
    const { body, headers } = signedEvent('evt_late', 'customer.updated', 'whsec_from_last_year')
    const request = new Request('http://localhost/payments/webhook', { method: 'POST', body, headers })
    expect((await after.fetch(request)).status).toBe(400)
  })
})

describe('two Stripe keys of one account side by side', () => {
  test('a checkout begun under the old key is the same under the new one, and is paid and seen there', async () => {
    const path = 'create-checkout-session'
    const first = await ask(before, 'ann', 'POST', path, { price_id: PRICE })
    const again = await ask(after, 'ann', 'POST', path, { price_id: PRICE })
    expect(again).toEqual(first)
    await pay(String(first.body.checkout_url))
    const session = { session_id: first.body.session_id }
    expect(await ask(after, 'ann', 'POST', 'confirm-checkout-session', session)).toMatchObject({
      status: 200,
      body: { subscription: { status: 'active' } },
    })
    expect(await ask(before, 'ann', 'GET', 'get-user-subscription')).toMatchObject({
      body: { subscription: { status: 'active' } },
    })
  })

  test('a customer is one, however many ask under whichever key', async () => {
    const answers = await Promise.all(
      [before, after, before, after].map((replica) =>
        ask(replica, 'bob', 'POST', 'create-checkout-session', { price_id: PRICE }),
      ),
    )
    const urls = new Set(answers.filter(({ status }) => status === 200).map(({ body }) => body.checkout_url))
    expect(urls.size).toBe(1)
    const rows = await database.db.query
      .selectFrom('customers')
      .select('stripe_customer_id')
      .where('owner_id', '=', 'bob')
      .execute()
    expect(rows).toHaveLength(1)
    const atStripe = await stripe.customers.list({ email: 'bob@example.com' })
    expect(atStripe.data.map(({ id }) => id)).toEqual([rows[0]?.stripe_customer_id])
  })

  test('either works off what the other has stored', async () => {
    const owner = await ask(before, 'cyd', 'POST', 'create-checkout-session', { price_id: PRICE })
    await pay(String(owner.body.checkout_url))
    const { data } = await stripe.events.list({ type: 'checkout.session.completed', limit: 1 })
    await before.stop()
    const { body, headers } = signedBody(JSON.stringify(data[0]))
    const request = new Request('http://localhost/payments/webhook', { method: 'POST', body, headers })
    expect((await after.fetch(request)).status).toBe(200)
    const subscription = () => ask(after, 'cyd', 'GET', 'get-user-subscription')
    await expect.poll(subscription).toMatchObject({ body: { subscription: { status: 'active' } } })
  })
})

function signedBody(body: string) {
  const timestamp = Math.floor(Date.now() / 1000)
  const secret = SECRETS[0] ?? ''
  const header = stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp })
  return { body, headers: { 'stripe-signature': header } }
}
