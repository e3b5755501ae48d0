import { type RawBuilder, sql } from 'kysely'
import type { Executor } from '../connect.ts'

/*
 * Who gets the app's events, and which. Processes say so again and again (jobs/outbox-targets); what is stored is queued for each target
 * that wants its type at that moment. While a deployment is replaced, old and new processes name the same target with different types: then
 * both are wanted, because what is not queued would be missed, and what is queued in vain is only one delivery too many. A type that
 * nobody has named for TYPE_FORGOTTEN_AFTER_MS, while the target itself was, is not wanted any more: what waits of it is passed over
 * when its turn comes (outbox/work-queue), as if it had never been queued.
 */
export interface NamedTarget {
  name: string
  /** Null: all, also those to come. */
  types: readonly string[] | null
}

/** Longer than a process may be held up, and than clocks may differ. */
const TYPE_FORGOTTEN_AFTER_MS = 5 * 60_000
const EVERY_TYPE = '*'
/** One statement for all of them might take longer than any may. */
const QUEUES_AT_A_TIME = 500

/**
 * Says that a process delivers to these targets. What is stored from now on is queued for each. A target that nobody has named since
 * `forgottenBefore` is removed; what waits for it is given up. Returns the names of those.
 */
export async function claimTargets(
  executor: Executor,
  targets: readonly NamedTarget[],
  now: Date,
  forgottenBefore: Date,
): Promise<string[]> {
  if (targets.length > 0) await nameTypes(executor, targets, now)
  const unnamed = await executor
    .selectFrom('outbox_targets')
    .select('name')
    .where('claimed_at', '<', forgottenBefore)
    .orderBy('name')
    .execute()
  const forgotten: string[] = []
  for (const { name } of unnamed)
    if (await forgetTarget(executor, name, now, forgottenBefore)) forgotten.push(name)
  return forgotten
}

/** False when somebody names it again, or still works on something: then it is looked at again with the next claim. */
async function forgetTarget(
  executor: Executor,
  name: string,
  now: Date,
  forgottenBefore: Date,
): Promise<boolean> {
  // From here on nothing is queued for it.
  await executor
    .deleteFrom('outbox_target_types')
    .where('target', '=', name)
    .where('claimed_at', '<', forgottenBefore)
    .execute()
  const giveUp = sql`
    update billhook.outbox_deliveries d set status = 'dead', finished_at = ${now}, last_error = 'nobody delivers to this target any more'`
  for (let given = 1; given > 0; ) {
    const { rows } = await sql<{ given: number }>`
      with queues as (
        delete from billhook.outbox_queues where target = ${name} and owner_id = any(array(
          select owner_id from billhook.outbox_queues
          where target = ${name} and exists (select from billhook.outbox_targets where name = ${name} and claimed_at < ${forgottenBefore})
          limit ${sql.lit(QUEUES_AT_A_TIME)} for update skip locked))
        returning owner_id),
      deliveries as (
        ${giveUp} where d.status = 'pending' and d.target = ${name} and d.owner_id = any(array(select owner_id from queues)))
      select count(*)::int as given from queues`.execute(executor)
    given = rows[0]?.given ?? 0
  }
  const { rows } = await sql`
    with gone as (
      delete from billhook.outbox_targets where name = ${name} and claimed_at < ${forgottenBefore}
        and not exists (select from billhook.outbox_queues where target = ${name})
      returning name),
    deliveries as (${giveUp} from gone where d.status = 'pending' and d.target = gone.name)
    select name from gone`.execute(executor)
  return rows.length > 0
}

async function nameTypes(executor: Executor, targets: readonly NamedTarget[], now: Date): Promise<void> {
  const names = targets.map(({ name }) => name)
  const wanted = targets.flatMap(({ name, types }) => (types ?? [EVERY_TYPE]).map((type) => ({ name, type })))
  const typesBefore = new Date(now.getTime() - TYPE_FORGOTTEN_AFTER_MS)
  await sql`
    with targets as (
      insert into billhook.outbox_targets (name, claimed_at) select name, ${now} from unnest(${names}::text[]) as n (name) order by 1
      on conflict (name) do update set claimed_at = ${now}),
    types as (
      insert into billhook.outbox_target_types (target, type, claimed_at)
      select target, type, ${now} from unnest(${wanted.map(({ name }) => name)}::text[], ${wanted.map(({ type }) => type)}::text[]) as w (target, type)
      order by 1, 2
      on conflict (target, type) do update set claimed_at = ${now})
    delete from billhook.outbox_target_types t where t.target = any(${names}::text[]) and t.claimed_at < ${typesBefore}
      and (t.target, t.type) not in (
        select * from unnest(${wanted.map(({ name }) => name)}::text[], ${wanted.map(({ type }) => type)}::text[]))`.execute(
    executor,
  )
}

/** Targets that are delivered to at present, and what they want. */
export async function listTargets(executor: Executor): Promise<(NamedTarget & { claimedAt: Date })[]> {
  const { rows } = await sql<{ name: string; types: string[]; claimedAt: Date }>`
    select name, claimed_at as "claimedAt", array(
      select type from billhook.outbox_target_types where target = name order by type) as types
    from billhook.outbox_targets order by name`.execute(executor)
  return rows.map(({ types, ...target }) => ({ ...target, types: types.includes(EVERY_TYPE) ? null : types }))
}

/** Whether the target in the one column wants events of the type in the other. */
export function wants(target: RawBuilder<unknown>, type: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql`exists (
    select from billhook.outbox_target_types w where w.target = ${target} and w.type in (${type}, ${EVERY_TYPE}))`
}
