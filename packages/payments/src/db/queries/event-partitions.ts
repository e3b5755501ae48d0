import { sql } from 'kysely'
import type { Database, Executor } from '../connect.ts'
import { inTransaction } from '../transaction.ts'
import { dropWeek, listWeeks, shut, type Week, type WeeklyTable } from './weekly-partitions.ts'

/** The inbox. */
export const EVENTS: WeeklyTable = {
  name: 'events',
  column: 'stripe_created_at',
  // As of events_other in 0006_inbox.sql, which says why.
  storage:
    'toast_tuple_target = 8160, autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 20000',
}

/** What those of the inbox looked like when they came. */
export const BODIES: WeeklyTable = {
  name: 'event_bodies',
  column: 'stripe_created_at',
  // As of event_bodies_other in 0016_event_bodies.sql, which says why.
  storage: 'toast_tuple_target = 8160',
}

/** Weeks that either has, oldest first: a replica of the version before bodies had a table knows only the one. */
export async function listInboxWeeks(executor: Executor): Promise<Week[]> {
  const found = await Promise.all([EVENTS, BODIES].map((table) => listWeeks(executor, table)))
  const byName = new Map(found.flat().map((week) => [week.name, week]))
  return [...byName.values()].sort((a, b) => a.from.getTime() - b.from.getTime())
}

/**
 * Drops a week with all its events, whatever their number, at once. Unless some of them still wait or were given up: then it
 * stays as it is, and their number is returned. Whatever of that week comes later goes among the rest.
 */
export async function dropEventWeek(db: Database, week: Week): Promise<number> {
  return await inTransaction(db, async (tx) => {
    // Looked at under the lock: an operator may be about to make one of them wait again.
    await shut(tx, [EVENTS, BODIES])
    const ofWeek = sql`stripe_created_at >= ${week.from} and stripe_created_at < ${week.until}`
    // Two counts, because each status has its index: nobody writes meanwhile.
    const { rows } = await sql<{ unsettled: number }>`
      select (select count(*) from billhook.events where status = 'pending' and ${ofWeek})
        + (select count(*) from billhook.events where status = 'dead' and ${ofWeek}) as unsettled`.execute(tx)
    const unsettled = rows[0]?.unsettled ?? 0
    if (unsettled === 0) for (const table of [EVENTS, BODIES]) await dropWeek(tx, table, week)
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

/** The same of bodies: up to `limit` from before then whose events are gone. */
export async function deleteOldBodies(executor: Executor, before: Date, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from billhook.event_bodies_other where ctid = any(array(
      select b.ctid from billhook.event_bodies_other b
      where b.stripe_created_at < ${before} and not exists (
        select from billhook.events e where e.id = b.id and e.stripe_created_at = b.stripe_created_at)
      limit ${limit}))`.execute(executor)
  return Number(numAffectedRows ?? 0)
}
