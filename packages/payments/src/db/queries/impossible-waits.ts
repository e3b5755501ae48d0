import { sql } from 'kysely'
import type { Executor } from '../connect.ts'

/**
 * Ends what waits for longer than anything does: a clock that was ahead has set it, and else it would wait until that clock's time has come. An
 * owner's queue may wait for hours after it failed, so there it counts when that was. What waits for a little too long is left: our clocks may differ by
 * that. Returns how many waits were ended.
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
      update billhook.outbox_queues q set
        due_at = case when is_late then ${now} else q.due_at end,
        failed_at = case when is_late then null else q.failed_at end,
        claimed_until = case when is_claimed then null else q.claimed_until end
      from (
        select target, owner_id,
          coalesce(failed_at, due_at) > ${now}::timestamptz + interval '1 minute' as is_late,
          coalesce(claimed_until > ${now}::timestamptz + interval '3 minutes', false) as is_claimed
        from billhook.outbox_queues
        where coalesce(failed_at, due_at) > ${now}::timestamptz + interval '1 minute'
          or claimed_until > ${now}::timestamptz + interval '3 minutes'
        order by owner_id collate "C", target for update) late
      where late.target = q.target and late.owner_id = q.owner_id returning 1)
    select ((select count(*) from of_events) + (select count(*) from of_suspects) + (select count(*) from of_features)
      + (select count(*) from of_queues))::int as ended`.execute(executor)
  return rows[0]?.ended ?? 0
}
