import { sql } from 'kysely'
import type { Database, Executor } from '../connect.ts'
import { inTransaction } from '../transaction.ts'
import { dropWeek, shut, shutRest, type Week, type WeeklyTable } from './weekly-partitions.ts'

export const OUTBOX: WeeklyTable = { name: 'outbox', column: 'occurred_at' }
/** By the time of the event as well, so that they go with it. */
export const DELIVERIES: WeeklyTable = { name: 'outbox_deliveries', column: 'occurred_at' }

/** What there is of a week when somebody wants to drop it. */
export interface OutboxWeek {
  /** Deliveries that wait: with one of them the week stays. */
  pending: number
  /** Deliveries that were given up: they go with the week. */
  dead: number
}

/** Drops a week's events with all their deliveries at once, unless one of them waits: then nothing is dropped. */
export async function dropOutboxWeek(db: Database, week: Week): Promise<OutboxWeek> {
  return await inTransaction(db, async (tx) => {
    // Looked at under the lock: an operator may be about to replay one of them.
    await shut(tx, [OUTBOX, DELIVERIES])
    const ofWeek = sql`occurred_at >= ${week.from} and occurred_at < ${week.until}`
    // Two counts, because each status has its index: nobody writes meanwhile.
    const { rows } = await sql<OutboxWeek>`
      select
        (select count(*) from billhook.outbox_deliveries where status = 'pending' and ${ofWeek}) as pending,
        (select count(*) from billhook.outbox_deliveries where status = 'dead' and ${ofWeek}) as dead`.execute(
      tx,
    )
    const found = rows[0] ?? { pending: 0, dead: 0 }
    if (found.pending === 0) {
      await dropWeek(tx, DELIVERIES, week)
      await dropWeek(tx, OUTBOX, week)
    }
    return found
  })
}

/** Of what lies in no week: deletes up to `limit` events from before then of which nothing waits, with their deliveries. Returns how many. */
export async function deleteOldAppEvents(db: Database, before: Date, limit: number): Promise<number> {
  const old = sql`
    select o.id from billhook.outbox_other o
    where o.occurred_at < ${before} and not exists (
      select from billhook.outbox_deliveries d
      where d.outbox_id = o.id and d.occurred_at = o.occurred_at and d.status = 'pending')`
  // Looked for without a lock first: mostly there is none.
  if ((await sql`${old} limit 1`.execute(db.query)).rows.length === 0) return 0
  return await inTransaction(db, async (tx) => {
    await shutRest(tx, [OUTBOX, DELIVERIES])
    const { numAffectedRows } = await sql`
      with old as (${old} limit ${limit}),
      deliveries as (delete from billhook.outbox_deliveries_other where outbox_id in (select id from old))
      delete from billhook.outbox_other where id in (select id from old)`.execute(tx)
    return Number(numAffectedRows ?? 0)
  })
}

/** Forgets up to `limit` of what was told before then and cannot be found again. Returns how many. */
export async function forgetKeys(executor: Executor, before: Date, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from billhook.outbox_keys where ctid = any(array(
      select ctid from billhook.outbox_keys where told_at < ${before} limit ${limit}))`.execute(executor)
  return Number(numAffectedRows ?? 0)
}
