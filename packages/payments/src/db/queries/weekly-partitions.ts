import { type RawBuilder, sql } from 'kysely'
import type { Database, Executor, Tx } from '../connect.ts'
import { inTransaction } from '../transaction.ts'

/**
 * Tables that have a partition for each week and one for the rest, `…_other` (0006_inbox.sql, 0013_outbox_weeks.sql). Whoever changes
 * the weeks waits for nobody longer than LOCK_TIMEOUT_MS, because writers queue behind that wait; then isLockTimeout(error) is true of
 * what is thrown, nothing has changed, and it can be tried again.
 *
 * Locks, always the parent first: an attach lets reads and writes of every other week go on, and shuts only the partition for the rest
 * while it looks through it; a drop shuts the table for the milliseconds that it takes.
 */
export interface WeeklyTable {
  name: 'events' | 'event_bodies' | 'outbox' | 'outbox_deliveries'
  /** The time that says in which week a row lies. */
  column: 'stripe_created_at' | 'occurred_at'
  /** Of each partition, where it is not the usual. */
  storage?: string
}

/** From Monday to Monday in UTC. */
export interface Week {
  /** `20261123`, its Monday: what the names of its partitions end in. */
  name: string
  from: Date
  until: Date
}

const LOCK_TIMEOUT_MS = 200
const DAY_MS = 24 * 60 * 60_000
const WEEK_MS = 7 * DAY_MS
/** 1970 began on a Thursday. */
const FIRST_MONDAY_MS = 4 * DAY_MS

/** The week that this time lies in. */
export function weekOf(time: Date): Week {
  const weeks = Math.floor((time.getTime() - FIRST_MONDAY_MS) / WEEK_MS)
  const from = new Date(FIRST_MONDAY_MS + weeks * WEEK_MS)
  return {
    name: from.toISOString().slice(0, 10).replaceAll('-', ''),
    from,
    until: new Date(from.getTime() + WEEK_MS),
  }
}

/** This week, so many before it and so many after it, oldest first. */
export function weeksAround(time: Date, before: number, after: number): Week[] {
  return Array.from({ length: before + 1 + after }, (_, index) =>
    weekOf(new Date(time.getTime() + (index - before) * WEEK_MS)),
  )
}

/** `events_20261123`. */
export function partitionOf({ name }: WeeklyTable, week: Week): string {
  return `${name}_${week.name}`
}

/** Weeks that have a partition, oldest first. */
export async function listWeeks(executor: Executor, { name }: WeeklyTable): Promise<Week[]> {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = ${`billhook.${name}`}::regclass order by 1`.execute(executor)
  return rows.flatMap(({ name }) => {
    const monday = /_(\d{4})(\d\d)(\d\d)$/.exec(name)
    return monday ? [weekOf(new Date(`${monday[1]}-${monday[2]}-${monday[3]}T00:00:00Z`))] : []
  })
}

/** Those of these weeks for which it has no partition. */
export async function listMissingWeeks(
  executor: Executor,
  table: WeeklyTable,
  wanted: readonly Week[],
): Promise<Week[]> {
  const present = new Set((await listWeeks(executor, table)).map(({ name }) => name))
  return wanted.filter(({ name }) => !present.has(name))
}

/**
 * Gives weeks their partitions and moves there what lay among the rest. All in one transaction, so that a writer who waits
 * meanwhile finds its place gone at most once (isPartitionChanged), and tables that go together have the same weeks. One process at a time.
 */
export async function addWeeks(
  db: Database,
  tables: readonly WeeklyTable[],
  weeks: readonly Week[],
): Promise<void> {
  if (weeks.length === 0) return
  await inTransaction(db, async (tx) => {
    await giveUpSoon(tx)
    for (const table of tables) {
      await sql`lock table only ${parentOf(table)} in share update exclusive mode`.execute(tx)
      await sql`lock table ${restOf(table)} in access exclusive mode`.execute(tx)
    }
    for (const week of weeks) for (const table of tables) await addWeek(tx, table, week)
  })
}

async function addWeek(tx: Tx, table: WeeklyTable, week: Week): Promise<void> {
  const partition = sql.table(`billhook.${partitionOf(table, week)}`)
  const column = sql.ref(table.column)
  const storage = table.storage === undefined ? sql`` : sql`with (${sql.raw(table.storage)})`
  // DDL takes no parameters; these are dates that we made.
  const [lower, upper] = [sql.lit(week.from.toISOString()), sql.lit(week.until.toISOString())]
  await sql`create table ${partition} (like ${parentOf(table)} including defaults including constraints including storage)
    ${storage}`.execute(tx)
  await sql`with moved as (delete from ${restOf(table)} where ${column} >= ${lower} and ${column} < ${upper} returning *)
    insert into ${partition} select * from moved`.execute(tx)
  await sql`alter table ${parentOf(table)} attach partition ${partition} for values from (${lower}) to (${upper})`.execute(
    tx,
  )
}

/** Nobody reads or writes these tables until the transaction ends. */
export async function shut(tx: Tx, tables: readonly WeeklyTable[]): Promise<void> {
  await giveUpSoon(tx)
  for (const table of tables) {
    await sql`lock table only ${parentOf(table)} in access exclusive mode`.execute(tx)
  }
}

/** The same for what lies in no week. */
export async function shutRest(tx: Tx, tables: readonly WeeklyTable[]): Promise<void> {
  await giveUpSoon(tx)
  for (const table of tables) {
    await sql`lock table ${restOf(table)} in access exclusive mode`.execute(tx)
  }
}

export async function dropWeek(tx: Tx, table: WeeklyTable, week: Week): Promise<void> {
  await sql`drop table if exists ${sql.table(`billhook.${partitionOf(table, week)}`)}`.execute(tx)
}

function parentOf({ name }: WeeklyTable): RawBuilder<unknown> {
  return sql.table(`billhook.${name}`)
}

function restOf({ name }: WeeklyTable): RawBuilder<unknown> {
  return sql.table(`billhook.${name}_other`)
}

async function giveUpSoon(tx: Tx): Promise<void> {
  await sql`set local lock_timeout = ${sql.lit(LOCK_TIMEOUT_MS)}`.execute(tx)
}
