import { type RawBuilder, sql } from 'kysely'
import type { Doorbell } from '../../domain/doorbell.ts'
import type { Executor } from '../connect.ts'

/** Something that Stripe's list showed otherwise than the mirror. */
export interface Suspect extends Doorbell {
  stripeCustomerId: string
}

/**
 * However many. One that is suspected already keeps its time, so that a later page does not put it off, unless that is later: a clock that was ahead
 * may have set it. Locks no row that stays as it is: its sync may be about to remove it.
 */
export async function addSuspects(
  executor: Executor,
  suspects: readonly Suspect[],
  dueAt: Date,
): Promise<void> {
  if (suspects.length === 0) return
  await sql`
    with listed as (
      select distinct on (resource, id) * from unnest(
        ${suspects.map(({ resource }) => resource)}::text[],
        ${suspects.map(({ id }) => id)}::text[],
        ${suspects.map(({ stripeCustomerId }) => stripeCustomerId)}::text[]) as l (resource, id, stripe_customer_id)),
    sooner as (
      update billhook.suspects s set due_at = ${dueAt} from listed l
      where s.resource = l.resource and s.id = l.id and s.due_at > ${dueAt})
    insert into billhook.suspects (resource, id, stripe_customer_id, due_at)
    select resource, id, stripe_customer_id, ${dueAt} from listed
    on conflict (resource, id) do nothing`.execute(executor)
}

/**
 * The due suspects of the customer who waits longest; null when none is due. Without those who are in hand already, and those whom
 * somebody is syncing right now.
 */
export async function findDueSuspects(
  executor: Executor,
  now: Date,
  inHand: readonly string[] = [],
): Promise<{ stripeCustomerId: string; doorbells: Doorbell[] } | null> {
  const first = await executor
    .selectFrom('suspects')
    .select('stripe_customer_id')
    .where('due_at', '<=', now)
    .where(sql<boolean>`stripe_customer_id <> all(${[...inHand]}::text[])`)
    // Not `not exists`, for which all leases are read.
    .where(sql<boolean>`(select token from billhook.leases l where l.group_key = stripe_customer_id
      and l.expires_at > ${now} and l.expires_at <= ${now}::timestamptz + interval '2 minutes') is null`)
    .orderBy('due_at')
    .limit(1)
    .executeTakeFirst()
  if (!first) return null
  const rows = await executor
    .selectFrom('suspects')
    .select(['resource', 'id'])
    .where('stripe_customer_id', '=', first.stripe_customer_id)
    .where('due_at', '<=', now)
    .orderBy('due_at')
    .limit(100)
    .execute()
  // Written by addSuspects only.
  return { stripeCustomerId: first.stripe_customer_id, doorbells: rows as Doorbell[] }
}

export async function removeSuspects(executor: Executor, doorbells: readonly Doorbell[]): Promise<void> {
  if (doorbells.length === 0) return
  await executor.deleteFrom('suspects').where(isOneOf(doorbells)).execute()
}

/** Makes them wait: something else is at work on their customer, or Stripe fails at them. */
export async function postponeSuspects(
  executor: Executor,
  doorbells: readonly Doorbell[],
  dueAt: Date,
): Promise<void> {
  await executor.updateTable('suspects').set({ due_at: dueAt }).where(isOneOf(doorbells)).execute()
}

export async function countSuspects(executor: Executor): Promise<number> {
  const { count } = await executor
    .selectFrom('suspects')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return count
}

/** How many there are, and since when the one that is to be asked for first could be. */
export async function readSuspectFigures(executor: Executor): Promise<{ count: number; dueAt: Date | null }> {
  return await executor
    .selectFrom('suspects')
    .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.min<Date | null>('due_at').as('dueAt')])
    .executeTakeFirstOrThrow()
}

function isOneOf(doorbells: readonly Doorbell[]): RawBuilder<boolean> {
  return sql<boolean>`(resource, id) in (select * from unnest(
    ${doorbells.map(({ resource }) => resource)}::text[], ${doorbells.map(({ id }) => id)}::text[]))`
}
