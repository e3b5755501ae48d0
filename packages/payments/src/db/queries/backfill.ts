import { sql } from 'kysely'
import { ENDED_STATUSES } from '../../domain/subscription-status.ts'
import type { Executor, Tx } from '../connect.ts'

/** A stretch of `created` (Unix seconds, `from` inclusive, `before` not) that is listed newest first, and how far it has come. */
export interface Stretch {
  id: number
  resource: string
  createdFrom: number
  createdBefore: number
  startingAfter: string | null
  listed: number
  stored: number
  /** Of customers that are not ours; among the customers, those that name no owner. */
  foreign: number
  isFinished: boolean
}

export async function listStretches(executor: Executor): Promise<Stretch[]> {
  const rows = await executor.selectFrom('backfill_stretches').selectAll().orderBy('id').execute()
  return rows.map((row) => ({
    id: row.id,
    resource: row.resource,
    createdFrom: row.created_from,
    createdBefore: row.created_before,
    startingAfter: row.starting_after,
    listed: row.listed,
    stored: row.stored,
    foreign: row.foreign_count,
    isFinished: row.is_finished,
  }))
}

export async function insertStretch(
  executor: Executor,
  stretch: Pick<Stretch, 'resource' | 'createdFrom' | 'createdBefore'>,
): Promise<Stretch> {
  const { id } = await executor
    .insertInto('backfill_stretches')
    .values({
      resource: stretch.resource,
      created_from: stretch.createdFrom,
      created_before: stretch.createdBefore,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return { ...stretch, id, startingAfter: null, listed: 0, stored: 0, foreign: 0, isFinished: false }
}

/** In the transaction that stores a page. */
export async function saveStretch(executor: Executor, stretch: Stretch): Promise<void> {
  await executor
    .updateTable('backfill_stretches')
    .set({
      starting_after: stretch.startingAfter,
      listed: stretch.listed,
      stored: stretch.stored,
      foreign_count: stretch.foreign,
      is_finished: stretch.isFinished,
    })
    .where('id', '=', stretch.id)
    .execute()
}

/** Its older part becomes another stretch. Of two splits that commit in any order, both count. */
export async function shortenStretch(executor: Executor, id: number, createdFrom: number): Promise<void> {
  await executor
    .updateTable('backfill_stretches')
    .set({ created_from: sql<number>`greatest(created_from, ${createdFrom}::bigint)` })
    .where('id', '=', id)
    .execute()
}

export async function forgetStretches(executor: Executor): Promise<void> {
  await executor.deleteFrom('backfill_stretches').execute()
}

/** Tables that a backfill fills, in Stripe's order of things. */
export type MirrorTable =
  | 'subscriptions'
  | 'invoices'
  | 'invoice_payments'
  | 'payments'
  | 'refunds'
  | 'disputes'
  | 'checkout_sessions'

/** Columns that hold JSON as text already. */
const JSON_COLUMNS = ['raw', 'line_items'] as const

/**
 * Stores the rows that are not there, and returns the ids of those; a row that is there is never touched. One statement for
 * however many: the rows travel as one JSON text, in which what is JSON already is not encoded again.
 */
export async function insertMissing(
  tx: Tx,
  table: MirrorTable,
  rows: readonly Readonly<Record<string, unknown>>[],
): Promise<Set<string>> {
  if (rows.length === 0) return new Set()
  const json = `[${rows.map(jsonOf).join(',')}]`
  const name = sql.raw(`billhook.${table}`)
  const { rows: inserted } = await sql<{ id: string }>`
    insert into ${name} select * from json_populate_recordset(null::${name}, ${json}::json)
    on conflict (id) do nothing returning id`.execute(tx)
  return new Set(inserted.map(({ id }) => id))
}

function jsonOf(row: Readonly<Record<string, unknown>>): string {
  const { raw: _, line_items: __, ...plain } = row
  const spliced = JSON_COLUMNS.flatMap((column) =>
    typeof row[column] === 'string' ? [`"${column}":${row[column]}`] : [],
  )
  const text = JSON.stringify(plain)
  return spliced.length === 0 ? text : `${text.slice(0, -1)},${spliced.join(',')}}`
}

/** Rows of one table by their ids. */
export async function findRows(
  executor: Executor,
  table: MirrorTable,
  ids: readonly string[],
): Promise<Map<string, Readonly<Record<string, unknown>>>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{ id: string } & Record<string, unknown>>`
    select * from ${sql.raw(`billhook.${table}`)} where id = any(${[...ids]}::text[])`.execute(executor)
  return new Map(rows.map((row) => [row.id, row]))
}

/** Which of these customers somebody is syncing right now. An expired lease that nobody has taken over counts: its holder may still write. */
export async function listLeasedCustomers(
  executor: Executor,
  customers: readonly string[],
): Promise<Set<string>> {
  if (customers.length === 0) return new Set()
  const rows = await executor
    .selectFrom('leases')
    .select('group_key')
    .where('group_key', 'in', [...new Set(customers)])
    .execute()
  return new Set(rows.map((row) => row.group_key))
}

/** Owners with more than one subscription that has not ended. */
export async function listDuplicateOwners(executor: Executor): Promise<string[]> {
  const rows = await executor
    .selectFrom('subscriptions')
    .select('owner_id')
    .where('status', 'not in', ENDED_STATUSES)
    .groupBy('owner_id')
    .having((eb) => eb.fn.countAll(), '>', 1)
    .execute()
  return rows.map((row) => row.owner_id)
}

export interface CustomerLink {
  ownerId: string
  stripeCustomerId: string
  email: string | null
}

/**
 * Links Stripe customers to owners, where the owner has none: fills the owner's row that waits for one, or makes the row. Returns
 * the ids of those that are linked to this very owner afterwards; the others' owners have another customer.
 */
export async function linkCustomers(
  tx: Tx,
  links: readonly CustomerLink[],
  times: { now: Date; unlinkedSince: Date },
): Promise<Set<string>> {
  if (links.length === 0) return new Set()
  const owners = links.map((link) => link.ownerId)
  const customers = links.map((link) => link.stripeCustomerId)
  const emails = links.map((link) => link.email)
  // One customer for one owner: of several in one page that name the same, the first.
  const wanted = sql`(select distinct on (owner_id) * from unnest(${owners}::text[], ${customers}::text[], ${emails}::text[])
    with ordinality as w (owner_id, stripe_customer_id, email, place)
    where not exists (select from billhook.customers c where c.stripe_customer_id = w.stripe_customer_id)
    order by owner_id, place)`
  await sql`
    update billhook.customers c set stripe_customer_id = w.stripe_customer_id, updated_at = ${times.now}
    from ${wanted} w
    where c.owner_id = w.owner_id and c.deleted_at is null and c.stripe_customer_id is null
      and c.updated_at < ${times.unlinkedSince}`.execute(tx)
  await sql`
    insert into billhook.customers (owner_id, stripe_customer_id, email, created_at, updated_at)
    select w.owner_id, w.stripe_customer_id, w.email, ${times.now}, ${times.now} from ${wanted} w
    on conflict do nothing`.execute(tx)
  const { rows } = await sql<{ stripe_customer_id: string }>`
    select c.stripe_customer_id from billhook.customers c
    join unnest(${owners}::text[], ${customers}::text[]) as w (owner_id, stripe_customer_id)
      on c.stripe_customer_id = w.stripe_customer_id and c.owner_id = w.owner_id`.execute(tx)
  return new Set(rows.map((row) => row.stripe_customer_id))
}
