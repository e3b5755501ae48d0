import { expect, test } from 'vitest'
import { connect, type Database } from '../../src/db/connect.ts'
import {
  addOwner,
  addPrice,
  buy,
  deliver,
  drain,
  eventsOf,
  type SyncRig,
  useSync,
} from '../support/sync-rig.ts'

const rig = useSync()
const OTHERS = 3_000

/** What others have left behind: of each table that grows so much that nothing of one customer is looked for by reading all of it. */
const FILLINGS = [
  `insert into billhook.customers (owner_id, stripe_customer_id, created_at, updated_at)
   select 'other_' || i, 'cus_other' || i, now(), now() from generate_series(1, $1::int) i`,
  `insert into billhook.reservations (id, owner_id, price_id, fingerprint, session_parameters, status, stripe_session_id, expires_at, created_at, updated_at)
   select gen_random_uuid(), 'other_' || i, 'price_1', 'f', '{}', 'released', null, now(), now(), now() from generate_series(1, $1::int) i`,
  `insert into billhook.subscriptions (id, owner_id, stripe_customer_id, status, price_id, product_id, product_ids, currency, current_period_start,
     current_period_end, cancel_at_period_end, stripe_created_at, raw, synced_at)
   select 'sub_other' || i, 'other_' || i, 'cus_other' || i, 'active', 'price_1', 'prod_1', '{prod_1}', 'usd', now(), now(), false, now(), '{}', now()
   from generate_series(1, $1::int) i`,
  `insert into billhook.invoices (id, owner_id, stripe_customer_id, subscription_id, status, currency, total_minor, amount_due_minor, amount_paid_minor,
     stripe_created_at, raw, synced_at)
   select 'in_other' || i, 'other_' || i, 'cus_other' || i, 'sub_other' || i, 'paid', 'usd', 1, 1, 1, now(), '{}', now() from generate_series(1, $1::int) i`,
  `insert into billhook.payments (id, owner_id, stripe_customer_id, status, currency, amount_minor, amount_received_minor, amount_refunded_minor,
     is_disputed, stripe_created_at, raw, synced_at)
   select 'pi_other' || i, 'other_' || i, 'cus_other' || i, 'succeeded', 'usd', 1, 1, 0, false, now(), '{}', now() from generate_series(1, $1::int) i`,
  `insert into billhook.invoice_payments (id, invoice_id, payment_id, status, synced_at)
   select 'inpay_other' || i, 'in_other' || i, 'pi_other' || i, 'paid', now() from generate_series(1, $1::int) i`,
  `insert into billhook.refunds (id, owner_id, stripe_customer_id, payment_id, status, currency, amount_minor, stripe_created_at, raw, synced_at)
   select 're_other' || i, 'other_' || i, 'cus_other' || i, 'pi_other' || i, 'succeeded', 'usd', 1, now(), '{}', now() from generate_series(1, $1::int) i`,
  `insert into billhook.disputes (id, owner_id, stripe_customer_id, payment_id, charge_id, status, reason, currency, amount_minor, stripe_created_at, raw, synced_at)
   select 'du_other' || i, 'other_' || i, 'cus_other' || i, 'pi_other' || i, 'ch_1', 'won', 'r', 'usd', 1, now(), '{}', now() from generate_series(1, $1::int) i`,
  `insert into billhook.checkout_sessions (id, owner_id, stripe_customer_id, mode, status, payment_status, line_items, stripe_created_at, raw, synced_at)
   select 'cs_other' || i, 'other_' || i, 'cus_other' || i, 'payment', 'complete', 'paid', '[]', now(), '{}', now() from generate_series(1, $1::int) i`,
  `insert into billhook.access (owner_id, version) select 'other_' || i, 1 from generate_series(1, $1::int) i`,
  `insert into billhook.outbox (owner_id, type, dedupe_key, payload, occurred_at)
   select 'other_' || i, 'subscription.renewed', 'other_' || i, '{}', now() from generate_series(1, $1::int) i`,
  `insert into billhook.outbox_keys (dedupe_key, told_at) select 'other_' || i, now() from generate_series(1, $1::int) i`,
  `insert into billhook.events (id, type, group_key, doorbells, livemode, stripe_created_at, received_at, status)
   select 'evt_other' || i, 'invoice.paid', 'cus_other' || i, '[]', false, now(), now(), 'processed' from generate_series(1, $1::int) i`,
  `insert into billhook.event_bodies (id, stripe_created_at, body)
   select 'evt_other' || i, now(), '{}' from generate_series(1, $1::int) i`,
]

/** Rows that were read, of each table; counted when a connection has ended. */
async function rowsRead(db: Database): Promise<Map<string, number>> {
  const { rows } = await db.pool.query<{ name: string; count: number }>(
    `select relname as name, seq_tup_read + idx_tup_fetch as count from pg_stat_user_tables where schemaname = 'billhook'`,
  )
  return new Map(rows.map(({ name, count }) => [name, count]))
}

/** Bought, refunded, canceled: all that is told of one customer, worked off. */
async function live(there: SyncRig, ownerId: string): Promise<void> {
  const customer = await addOwner(there, ownerId)
  for (const price of [await addPrice(there), await addPrice(there, false)]) {
    const { subscription, payment_intent } = await buy(there, customer, price)
    if (subscription) await there.stripe.subscriptions.cancel(String(subscription))
    else await there.stripe.refunds.create({ payment_intent: String(payment_intent) })
  }
  for (const event of await eventsOf(there, customer)) await deliver(there, event)
  await drain(there)
}

test('a sync of one customer reads few rows of any table that all customers share', async () => {
  const watching = rig.database.db
  for (const filling of FILLINGS) await watching.pool.query(filling, [OTHERS])
  await watching.pool.query('analyze')
  const before = await rowsRead(watching)

  // One connection, over which each statement goes so often that it is prepared.
  const db = connect({ databaseUrl: rig.database.url, maxConnections: 1, applicationName: 'watched' })
  const there = {
    ...rig,
    database: { ...rig.database, db },
    stripe: rig.stripe,
    context: { ...rig.context, db },
  }
  for (const ownerId of ['ann', 'bob', 'cyd', 'dan', 'eve']) await live(there, ownerId)
  await db.close()

  const watched = "select from pg_stat_activity where application_name = 'watched'"
  await expect.poll(async () => (await watching.pool.query(watched)).rowCount).toBe(0)
  const after = await rowsRead(watching)
  const read = [...after].map(([name, rows]) => [name, rows - (before.get(name) ?? 0)] as const)
  expect(read.filter(([, rows]) => rows >= OTHERS)).toEqual([])
})
