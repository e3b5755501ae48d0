import { sql } from 'kysely'
import { FEED_CURSOR, FIRST_LOOK_SECONDS } from '../../domain/event-feed.ts'
import type { Executor } from '../connect.ts'

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
 * Since when events tell what happens, in Unix seconds; null before the first start. The feed begins an hour before that (reconcile/event-feed).
 * Its cursor says so until it moves on; then the first event in the inbox does, which came in after the start. What retention has
 * dropped from there was told long ago.
 */
export async function findTellingSince(executor: Executor): Promise<number | null> {
  const { rows } = await sql<{ since: number | null }>`
    select least((position->>'until')::float8,
      extract(epoch from (select min(received_at) from billhook.events))::float8 - ${FIRST_LOOK_SECONDS}::int) as since
    from billhook.cursors where name = ${FEED_CURSOR}`.execute(executor)
  return rows[0]?.since ?? null
}
