import { sql } from 'kysely'
import { FEED_CURSOR, FIRST_LOOK_SECONDS, KEPT_SECONDS } from '../../domain/event-feed.ts'
import type { Executor } from '../connect.ts'
import { beginCursor } from './cursors.ts'

/** Those of these groups for which events wait. */
export async function listWaitingGroups(
  executor: Executor,
  groupKeys: readonly string[],
): Promise<Set<string>> {
  // 'pending' stands in the text: a plan for any value could not use the index of what waits.
  const { rows } = await sql<{ group_key: string }>`
    select distinct group_key from billhook.events
    where status = 'pending' and group_key = any(${[...new Set(groupKeys)]}::text[])`.execute(executor)
  return new Set(rows.map((row) => row.group_key))
}

/**
 * Says from when on (Unix seconds) events tell what happens, and the feed reads on from there; when nobody has said it before. The first backfill
 * or the first start says it, whichever comes first: what one mirrors as it is, the other would have to tell.
 */
export async function beginTelling(executor: Executor, since: number, now: Date): Promise<void> {
  await beginCursor(executor, FEED_CURSOR, { until: since, since }, now)
}

/**
 * Since when events tell what happens, in Unix seconds; null before that was said. What retention has dropped from the inbox was told long
 * ago: the first event that is left there told of the thirty days before it at most. Where nothing but how far the feed is was noted (by an older
 * release), that is the beginning until it moves on; then an hour before the first event is, which came in after the start.
 */
export async function findTellingSince(executor: Executor): Promise<number | null> {
  const { rows } = await sql<{ since: number | null }>`
    select case when position ? 'since'
      then greatest((position->>'since')::float8, first.at - ${KEPT_SECONDS}::int)
      else least((position->>'until')::float8, first.at - ${FIRST_LOOK_SECONDS}::int) end as since
    from billhook.cursors cross join (select extract(epoch from min(received_at))::float8 as at from billhook.events) first
    where name = ${FEED_CURSOR}`.execute(executor)
  return rows[0]?.since ?? null
}
