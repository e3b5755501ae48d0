import { sql } from 'kysely'
import { lasts, type Transition } from '../../domain/transitions.ts'
import type { Tx } from '../connect.ts'
import { wants } from './outbox-targets.ts'

/**
 * Stores transitions in the transaction that changed the mirror, and queues each for every target that wants it; returns those that were not
 * stored before (I3). The owner's row in `access` is locked by then, so that ids have the order of the commits.
 *
 * The deliveries are new: nobody else sees them yet. The row of a queue is locked too, by an update that mostly changes nothing: who works off
 * the queue looks for a next event under that lock before he removes it, so that he sees this one, or this one makes the queue anew. A queue
 * that is to wait although nothing failed is of a clock ahead of ours: its turn is now.
 */
export async function insertTransitions(
  tx: Tx,
  ownerId: string,
  transitions: readonly Transition[],
  occurredAt: Date,
): Promise<Transition[]> {
  if (transitions.length === 0) return []
  const facts = [...new Map(transitions.map((each) => [each.dedupeKey, each])).values()]
  const { rows } = await sql<{ dedupe_key: string }>`
    with facts as materialized (
      select type, dedupe_key, payload, lasts, place from unnest(${facts.map(({ type }) => type)}::text[], ${facts.map(({ dedupeKey }) => dedupeKey)}::text[],
        ${facts.map(({ payload }) => JSON.stringify(payload))}::text[], ${facts.map(lasts)}::boolean[]) with ordinality
        as t (type, dedupe_key, payload, lasts, place)),
    new as (
      insert into billhook.outbox_keys (dedupe_key, told_at)
      select dedupe_key, case when not lasts then ${occurredAt}::timestamptz end from facts order by dedupe_key
      on conflict (dedupe_key) do nothing
      returning dedupe_key),
    stored as (
      insert into billhook.outbox (owner_id, type, dedupe_key, payload, occurred_at)
      select ${ownerId}, type, dedupe_key, payload::jsonb, ${occurredAt}::timestamptz
      from facts join new using (dedupe_key)
      order by place
      returning id, occurred_at, type, dedupe_key),
    queued as (
      insert into billhook.outbox_deliveries (target, outbox_id, occurred_at, owner_id, status, created_at)
      select t.name, s.id, s.occurred_at, ${ownerId}, 'pending', ${occurredAt}
      from stored s cross join billhook.outbox_targets t where ${wants(sql`t.name`, sql`s.type`)}
      returning target),
    queues as (
      insert into billhook.outbox_queues as q (target, owner_id, due_at, token)
      select distinct target, ${ownerId}, ${occurredAt}::timestamptz, 0 from queued
      order by 1
      on conflict (target, owner_id) do update
        set due_at = case when q.failed_at is null then least(q.due_at, excluded.due_at) else q.due_at end)
    select dedupe_key from stored`.execute(tx)
  const stored = new Set(rows.map((row) => row.dedupe_key))
  return facts.filter((transition) => stored.has(transition.dedupeKey))
}

/** As if these had been told, for what every sync finds again and is no news: nobody tells it any more. */
export async function insertKeys(tx: Tx, transitions: readonly Transition[]): Promise<void> {
  if (transitions.length === 0) return
  const keys = [...new Set(transitions.map(({ dedupeKey }) => dedupeKey))].sort()
  await sql`
    insert into billhook.outbox_keys (dedupe_key, told_at) select key, null from unnest(${keys}::text[]) as t (key)
    on conflict (dedupe_key) do nothing`.execute(tx)
}
