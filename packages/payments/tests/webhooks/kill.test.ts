import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { createSandbox, type Sandbox } from 'stripe-sandbox'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createStripe, type Stripe } from '../../src/stripe/client.ts'
import { killProcessesAfterEach, runNode, type TestProcess } from '../support/child-process.ts'
import { useDatabase } from '../support/database.ts'
import { SECRET, sign } from '../support/sync-rig.ts'

const database = useDatabase()
let sandbox: Sandbox
killProcessesAfterEach()

beforeAll(async () => {
  sandbox = await createSandbox()
})

afterAll(() => sandbox.close())

const CUSTOMERS = 12
const COPIES = 25

async function serve(): Promise<{ process: TestProcess; url: string }> {
  const process = runNode(join(import.meta.dirname, '../../bin/billhook.js'), ['serve'], {
    env: {
      ...{ STRIPE_SECRET_KEY: 'sk_test_sandbox', STRIPE_PUBLISHABLE_KEY: 'pk_test_sandbox' },
      ...{ STRIPE_API_BASE: sandbox.url, WEBHOOK_SECRET: SECRET, FRONTEND_URL: 'http://localhost:3000' },
      ...{ DATABASE_URL: database.url, JWT_SECRET: 'thirty-two bytes or more of a secret' },
      ...{ PORT: '0', ALLOW_HTTP: 'true' },
    },
  })
  const url = await vi.waitFor(
    () => {
      const found = /"url":"(http:[^"]+)"/.exec(process.output())?.[1]
      if (!found) throw new Error(`It does not listen: ${process.output()}`)
      return found
    },
    { timeout: 15_000, interval: 50 },
  )
  return { process, url }
}

/** Many events per customer, all of them true: something about this customer may have changed. */
async function makeEvents(): Promise<object[]> {
  const stripe = createStripe({ apiKey: sandbox.apiKey, apiBase: sandbox.url })
  const price = await stripe.prices.create({
    ...{ unit_amount: 500, currency: 'usd', recurring: { interval: 'month' } },
    product_data: { name: 'Plan' },
  })
  const subscriptions: Stripe.Subscription[] = []
  for (let index = 0; index < CUSTOMERS; index++) {
    const customer = await stripe.customers.create({})
    await database.db.pool.query(
      `insert into billhook.customers (owner_id, stripe_customer_id, created_at, updated_at) values ($1, $2, now(), now())`,
      [`owner ${index}`, customer.id],
    )
    const method = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id })
    subscriptions.push(
      await stripe.subscriptions.create({
        ...{ customer: customer.id, items: [{ price: price.id }], default_payment_method: method.id },
      }),
    )
  }
  return Array.from({ length: COPIES }, () => subscriptions)
    .flat()
    .map(({ id, customer }) => ({
      ...{ id: `evt_${randomBytes(8).toString('hex')}`, object: 'event', api_version: '2026-10-28.endive' },
      ...{ type: 'customer.subscription.updated', created: Math.floor(Date.now() / 1000), livemode: false },
      data: { object: { id, object: 'subscription', customer } },
    }))
}

/** As Stripe does: true when it was answered 2xx. */
async function post(url: string, event: object): Promise<boolean> {
  const body = Buffer.from(JSON.stringify(event))
  try {
    const headers = { 'Stripe-Signature': sign(body, new Date()), 'Content-Type': 'application/json' }
    const answer = await fetch(`${url}/payments/webhook`, { method: 'POST', body, headers })
    return answer.ok
  } catch {
    return false
  }
}

async function connectionsOfServers(): Promise<number> {
  const { rows } = await database.db.pool.query(
    `select 1 from pg_stat_activity where datname = current_database() and application_name = 'billhook'`,
  )
  return rows.length
}

async function statuses(): Promise<Record<string, number>> {
  const { rows } = await database.db.pool.query<{ status: string; count: number }>(
    'select status, count(*) from billhook.events group by status',
  )
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]))
}

test('kill -9 in the middle of a burst loses nothing that was answered, and repeats nothing', async () => {
  const events = await makeEvents()
  const first = await serve()
  const accepted = new Set<object>()
  const burst = events.map(async (event) => {
    if (await post(first.url, event)) accepted.add(event)
  })
  await vi.waitFor(() => expect(accepted.size).toBeGreaterThan(20), { timeout: 15_000, interval: 1 })
  first.process.child.kill('SIGKILL')
  await Promise.all([...burst, first.process.exited])

  // What it had sent when it died is still worked off by the database.
  await expect.poll(connectionsOfServers).toBe(0)
  const { rows } = await database.db.pool.query<{ id: string }>('select id from billhook.events')
  const stored = new Set(rows.map((row) => row.id))
  expect([...accepted].filter((event) => !stored.has((event as { id: string }).id))).toEqual([])

  // A lease of the dead process runs for a minute; nobody waits for that in a test.
  await database.db.pool.query('update billhook.leases set expires_at = now()')
  const second = await serve()
  // What was not answered 2xx is sent again, as Stripe does it; and some that were, which happens too.
  const again = events.filter((event, index) => !accepted.has(event) || index % 5 === 0)
  expect(await Promise.all(again.map((event) => post(second.url, event)))).not.toContain(false)
  await vi.waitFor(async () => expect(await statuses()).toEqual({ processed: events.length }), {
    timeout: 15_000,
    interval: 100,
  })
  const outbox = await database.db.pool.query('select distinct owner_id from billhook.outbox')
  const all = await database.db.pool.query('select 1 from billhook.outbox')
  // Each is told that the subscription is active, and of the access that this gives.
  expect([outbox.rows.length, all.rows.length]).toEqual([CUSTOMERS, 2 * CUSTOMERS])
  second.process.child.kill('SIGTERM')
  expect((await second.process.exited).code).toBe(0)
}, 60_000)
