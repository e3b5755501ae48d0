import { sql } from 'kysely'
import type { Executor } from '../connect.ts'

/**
 * Ends what waits for longer than anything does: a clock that was ahead has set it, and else it would wait until that clock's time has come. An
 * owner's queue may wait for hours after it failed, so there it counts when that was. What waits for a little too long is left: our clocks may differ by
 * that. Leases and claims are not here: who wants one passes over what is impossibly late by himself. Returns how many waits were ended.
 */
export async function endImpossibleWaits(executor: Executor, now: Date): Promise<number> {
  const { rows } = await sql<{ ended: number }>`
    with of_events as (
      update billhook.events set next_attempt_at = ${now}
      where status = 'pending' and next_attempt_at > ${now}::timestamptz + interval '10 minutes' returning 1),
    of_suspects as (
      update billhook.suspects set due_at = ${now}
      where due_at > ${now}::timestamptz + interval '15 minutes' returning 1),
    of_features as (
      update billhook.feature_news set due_at = ${now}
      where due_at > ${now}::timestamptz + interval '5 minutes' returning 1),
    of_queues as (
      update billhook.outbox_queues q set due_at = ${now}, failed_at = null
      from (
        select target, owner_id from billhook.outbox_queues
        where coalesce(failed_at, due_at) > ${now}::timestamptz + interval '1 minute'
        order by owner_id collate "C", target for update) late
      where late.target = q.target and late.owner_id = q.owner_id returning 1)
    select ((select count(*) from of_events) + (select count(*) from of_suspects) + (select count(*) from of_features)
      + (select count(*) from of_queues))::int as ended`.execute(executor)
  return rows[0]?.ended ?? 0
}
