import { sql } from 'kysely'
import type { Database, Executor, Tx } from '../connect.ts'
import { inTransaction } from '../transaction.ts'

/**
 * The weeks of the inbox (0006_inbox.sql). Whoever changes them waits for nobody longer than LOCK_TIMEOUT_MS, because deliveries
 * queue behind that wait; then isLockTimeout(error) is true of what is thrown, nothing has changed, and it can be tried again.
 *
 * Locks, always the parent first: an attach lets reads and writes of every other week go on, and shuts only the partition for the rest
 * while it looks through it; a drop shuts the inbox for the milliseconds that it takes.
 */
export interface EventWeek {
  /** `events_20261123`, after its Monday. */
  partition: string
  from: Date
  until: Date
}

const LOCK_TIMEOUT_MS = 200
/** As of events_other in 0006_inbox.sql, which says why. */
const STORAGE = sql.raw(
  'toast_tuple_target = 8160, autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 20000',
)
const DAY_MS = 24 * 60 * 60_000
const WEEK_MS = 7 * DAY_MS
/** 1970 began on a Thursday. */
const FIRST_MONDAY_MS = 4 * DAY_MS

/** The week, from Monday to Monday in UTC, that this time lies in. */
export function weekOf(time: Date): EventWeek {
  const weeks = Math.floor((time.getTime() - FIRST_MONDAY_MS) / WEEK_MS)
  const from = new Date(FIRST_MONDAY_MS + weeks * WEEK_MS)
  return {
    partition: `events_${from.toISOString().slice(0, 10).replaceAll('-', '')}`,
    from,
    until: new Date(from.getTime() + WEEK_MS),
  }
}

/** Weeks that have a partition, oldest first. */
export async function listEventWeeks(executor: Executor): Promise<EventWeek[]> {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'billhook.events'::regclass order by 1`.execute(executor)
  return rows.flatMap(({ name }) => {
    const monday = /^events_(\d{4})(\d\d)(\d\d)$/.exec(name)
    return monday ? [weekOf(new Date(`${monday[1]}-${monday[2]}-${monday[3]}T00:00:00Z`))] : []
  })
}

/**
 * Gives weeks their partitions and moves there what lay among the rest. All in one transaction, so that a delivery that waits
 * meanwhile finds its place gone at most once (insertEvents). One process at a time.
 */
export async function addEventWeeks(db: Database, weeks: readonly EventWeek[]): Promise<void> {
  if (weeks.length === 0) return
  await inTransaction(db, async (tx) => {
    await giveUpSoon(tx)
    await sql`lock table only billhook.events in share update exclusive mode`.execute(tx)
    await sql`lock table billhook.events_other in access exclusive mode`.execute(tx)
    for (const week of weeks) await addWeek(tx, week)
  })
}

async function addWeek(tx: Tx, { partition, from, until }: EventWeek): Promise<void> {
  const table = sql.table(`billhook.${partition}`)
  // DDL takes no parameters; these are dates that we made.
  const [lower, upper] = [sql.lit(from.toISOString()), sql.lit(until.toISOString())]
  await sql`create table ${table} (like billhook.events including defaults including constraints including storage)
    with (${STORAGE})`.execute(tx)
  await sql`with moved as (delete from billhook.events_other
      where stripe_created_at >= ${lower} and stripe_created_at < ${upper} returning *)
    insert into ${table} select * from moved`.execute(tx)
  await sql`alter table billhook.events attach partition ${table} for values from (${lower}) to (${upper})`.execute(
    tx,
  )
}

/**
 * Drops a week with all its events, whatever their number, at once. Unless some of them still wait or were given up: then it
 * stays as it is, and their number is returned. Whatever of that week comes later goes among the rest.
 */
export async function dropEventWeek(db: Database, { partition }: EventWeek): Promise<number> {
  const table = sql.table(`billhook.${partition}`)
  return await inTransaction(db, async (tx) => {
    await giveUpSoon(tx)
    // Looked at under the lock: an operator may be about to make one of them wait again.
    await sql`lock table only billhook.events in access exclusive mode`.execute(tx)
    const { rows } = await sql<{ unsettled: number }>`
      select (select count(*) from ${table} where status = 'pending') + (select count(*) from ${table} where status = 'dead')
        as unsettled`.execute(tx)
    const unsettled = rows[0]?.unsettled ?? 0
    if (unsettled === 0) await sql`drop table ${table}`.execute(tx)
    return unsettled
  })
}

/** Of what lies in no week: deletes up to `limit` settled events from before then. Returns how many, and never drops others. */
export async function deleteOldEvents(executor: Executor, before: Date, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from billhook.events_other where ctid = any(array(
      select ctid from billhook.events_other
      where stripe_created_at < ${before} and status in ('processed', 'ignored') limit ${limit}))`.execute(
    executor,
  )
  return Number(numAffectedRows ?? 0)
}

async function giveUpSoon(tx: Tx): Promise<void> {
  await sql`set local lock_timeout = ${sql.lit(LOCK_TIMEOUT_MS)}`.execute(tx)
}
