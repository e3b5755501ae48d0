import { sql } from 'kysely'
import { lasts, type Transition } from '../../domain/transitions.ts'
import type { Executor, Tx } from '../connect.ts'

/**
 * Stores transitions in the transaction that changed the mirror, and queues each for every target; returns those that were not
 * stored before (I3). The owner's row in `access` is locked by then, so that ids have the order of the commits.
 *
 * The row of a queue is locked too, by the update that changes nothing: who works off the queue looks for a next event under that
 * lock before he removes it, so that he sees this one, or this one makes the queue anew.
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
      select * from unnest(${facts.map(({ type }) => type)}::text[], ${facts.map(({ dedupeKey }) => dedupeKey)}::text[],
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
      returning id, occurred_at, dedupe_key),
    queued as (
      insert into billhook.outbox_deliveries (target, outbox_id, occurred_at, owner_id, status, created_at)
      select t.name, s.id, s.occurred_at, ${ownerId}, 'pending', ${occurredAt}
      from stored s cross join billhook.outbox_targets t),
    queues as (
      insert into billhook.outbox_queues as q (target, owner_id, due_at, token)
      select t.name, ${ownerId}, ${occurredAt}, 0 from billhook.outbox_targets t where exists (select from stored)
      order by t.name
      on conflict (target, owner_id) do update set due_at = q.due_at)
    select dedupe_key from stored`.execute(tx)
  const stored = new Set(rows.map((row) => row.dedupe_key))
  return facts.filter((transition) => stored.has(transition.dedupeKey))
}

/**
 * Says that a process delivers to these targets. What is stored from now on is queued for each. A target that nobody has named for
 * `forgottenAfterMs` is removed; what waits for it is given up.
 */
export async function claimTargets(
  executor: Executor,
  names: readonly string[],
  now: Date,
  forgottenBefore: Date,
): Promise<string[]> {
  if (names.length > 0) {
    await sql`
      insert into billhook.outbox_targets (name, claimed_at) select name, ${now} from unnest(${[...names].sort()}::text[]) as n (name)
      on conflict (name) do update set claimed_at = ${now}`.execute(executor)
  }
  const { rows } = await sql<{ name: string }>`
    with gone as (delete from billhook.outbox_targets where claimed_at < ${forgottenBefore} returning name),
    queues as (delete from billhook.outbox_queues where target in (select name from gone)),
    deliveries as (
      update billhook.outbox_deliveries set status = 'dead', finished_at = ${now}, last_error = 'nobody delivers to this target any more'
      where status = 'pending' and target in (select name from gone))
    select name from gone`.execute(executor)
  return rows.map(({ name }) => name)
}
