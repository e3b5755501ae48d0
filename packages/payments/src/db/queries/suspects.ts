import { type RawBuilder, sql } from 'kysely'
import type { Doorbell } from '../../domain/doorbell.ts'
import type { Executor } from '../connect.ts'

/** Something that Stripe's list showed otherwise than the mirror. */
export interface Suspect extends Doorbell {
  stripeCustomerId: string
}

/** One that is suspected already keeps its time: a later page does not put it off. */
export async function addSuspects(
  executor: Executor,
  suspects: readonly Suspect[],
  dueAt: Date,
): Promise<void> {
  if (suspects.length === 0) return
  await executor
    .insertInto('suspects')
    .values(
      suspects.map(({ resource, id, stripeCustomerId }) => ({
        resource,
        id,
        stripe_customer_id: stripeCustomerId,
        due_at: dueAt,
      })),
    )
    .onConflict((conflict) => conflict.columns(['resource', 'id']).doNothing())
    .execute()
}

/** The due suspects of the customer who waits longest; null when none is due. */
export async function findDueSuspects(
  executor: Executor,
  now: Date,
): Promise<{ stripeCustomerId: string; doorbells: Doorbell[] } | null> {
  const first = await executor
    .selectFrom('suspects')
    .select('stripe_customer_id')
    .where('due_at', '<=', now)
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

function isOneOf(doorbells: readonly Doorbell[]): RawBuilder<boolean> {
  return sql<boolean>`(resource, id) in (select * from unnest(
    ${doorbells.map(({ resource }) => resource)}::text[], ${doorbells.map(({ id }) => id)}::text[]))`
}
