import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import type { Executor } from '../../src/db/connect.ts'
import { findDueSuspects, postponeSuspects } from '../../src/db/queries/suspects.ts'
import {
  listInvoicesWithStatus,
  listOpenDisputes,
  listOpenSessions,
  listUnendedSubscriptions,
} from '../../src/db/queries/sweep.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import type { Doorbell } from '../../src/domain/doorbell.ts'
import { useDatabase } from '../support/database.ts'

const database = useDatabase()
const NOW = new Date('2026-11-23T12:00:00Z')
const EVERYTHING = { after: null, until: NOW }

/** A few thousand rows of each table that are over, and nothing that is not: enough for the planner to care. */
beforeAll(async () => {
  await database.db.pool.query(`
    insert into billhook.subscriptions (id, owner_id, stripe_customer_id, status, price_id, product_id, product_ids, currency,
        current_period_start, current_period_end, cancel_at_period_end, stripe_created_at, raw, synced_at)
      select 'sub_' || n, 'o' || n, 'cus_' || n, 'canceled', 'price_1', 'prod_1', '{}', 'usd', at, at, false, at, '{}', at from ${MOMENTS};
    insert into billhook.invoices (id, owner_id, stripe_customer_id, status, currency, total_minor, amount_due_minor, amount_paid_minor,
        stripe_created_at, raw, synced_at)
      select 'in_' || n, 'o' || n, 'cus_' || n, 'paid', 'usd', 1, 1, 1, at, '{}', at from ${MOMENTS};
    insert into billhook.checkout_sessions (id, owner_id, stripe_customer_id, mode, status, payment_status, line_items, stripe_created_at,
        raw, synced_at)
      select 'cs_' || n, 'o' || n, 'cus_' || n, 'payment', 'complete', 'paid', '[]', at, '{}', at from ${MOMENTS};
    insert into billhook.reservations (id, owner_id, price_id, fingerprint, session_parameters, status, expires_at, created_at, updated_at)
      select gen_random_uuid(), 'o' || n, 'price_1', 'f', '{}', 'completed', at, at, at from ${MOMENTS};
    insert into billhook.disputes (id, owner_id, stripe_customer_id, charge_id, status, reason, currency, amount_minor, stripe_created_at,
        raw, synced_at)
      select 'du_' || n, 'o' || n, 'cus_' || n, 'ch_' || n, 'lost', 'fraudulent', 'usd', 1, at, '{}', at from ${MOMENTS};
    insert into billhook.leases (group_key, token, expires_at) select 'cus_of_another_' || n, n, at from ${MOMENTS};
    insert into billhook.suspects select 'subscription', 'sub_' || n, 'cus_' || n, at from ${MOMENTS};
    analyze`)
})

const SUSPECT: Doorbell = { resource: 'subscription', id: 'sub_1' }
const MOMENTS = `(select n, timestamptz '2026-11-23T11:00:00Z' - n * interval '1 minute' as at from generate_series(1, 3000) n) as m`

test.each<[string, (tx: Executor) => Promise<unknown>, string[]]>([
  ['subscriptions', (tx) => listUnendedSubscriptions(tx, EVERYTHING), ['subscriptions_unended']],
  ['open invoices', (tx) => listInvoicesWithStatus(tx, 'open', EVERYTHING), ['invoices_unsettled']],
  ['drafts', (tx) => listInvoicesWithStatus(tx, 'draft', EVERYTHING), ['invoices_unsettled']],
  [
    'open sessions',
    (tx) => listOpenSessions(tx, EVERYTHING),
    ['checkout_sessions_open', 'reservations_one_open_per_owner'],
  ],
  ['open disputes', (tx) => listOpenDisputes(tx, EVERYTHING), ['disputes_open']],
  [
    'suspects that are due',
    (tx) => findDueSuspects(tx, NOW, ['cus_1']),
    ['leases_pkey', 'suspects_customer', 'suspects_due'],
  ],
  ['suspects by their ids', (tx) => postponeSuspects(tx, [SUSPECT], NOW), ['suspects_pkey']],
])('the sweep finds %s without reading what is over', async (_what, ask, indexes) => {
  const { db } = database
  await inTransaction(db, async (tx) => {
    // The sweep asks outside of a transaction, where plans are made for the values; scans are counted inside of one only.
    await sql`set local plan_cache_mode = auto`.execute(tx)
    const before = await countScans(tx)
    await ask(tx)
    const used = (await countScans(tx)).filter(({ name, scans }) => scans > scansOf(before, name))
    const named = (kind: string) => used.filter((each) => each.kind === kind).map(({ name }) => name)
    expect({ tables: named('r'), indexes: named('i') }).toEqual({ tables: [], indexes })
  })
})

interface Scans {
  name: string
  /** `r`: a table, from end to end. `i`: an index. */
  kind: string
  scans: number
}

/** How often each was read by this connection; an older transaction may still be counted. */
async function countScans(tx: Executor): Promise<Scans[]> {
  const { rows } = await sql<Scans>`
    select c.relname as name, c.relkind as kind, pg_stat_get_xact_numscans(c.oid) as scans
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'billhook' order by 1`.execute(
    tx,
  )
  return rows
}

function scansOf(counted: readonly Scans[], wanted: string): number {
  return counted.find(({ name }) => name === wanted)?.scans ?? 0
}
