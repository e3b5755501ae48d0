import type { Insertable, Selectable } from 'kysely'
import { ENDED_STATUSES } from '../../domain/subscription-status.ts'
import type { Executor } from '../connect.ts'
import type { Tables } from '../tables.ts'

export type SubscriptionRow = Selectable<Tables['subscriptions']>
export type NewSubscriptionRow = Insertable<Tables['subscriptions']>

export async function findSubscription(executor: Executor, id: string): Promise<SubscriptionRow | null> {
  const row = await executor.selectFrom('subscriptions').selectAll().where('id', '=', id).executeTakeFirst()
  return row ?? null
}

export async function upsertSubscription(
  executor: Executor,
  row: NewSubscriptionRow,
): Promise<SubscriptionRow> {
  return await executor
    .insertInto('subscriptions')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** The owner's subscriptions that are in their trial. */
export async function listTrials(executor: Executor, ownerId: string): Promise<SubscriptionRow[]> {
  return await executor
    .selectFrom('subscriptions')
    .selectAll()
    .where('owner_id', '=', ownerId)
    .where('status', '=', 'trialing')
    .execute()
}

/** Ids of the owner's subscriptions that have not ended, unknown statuses included: more than one bills twice (I6). */
export async function listUnendedSubscriptionIds(executor: Executor, ownerId: string): Promise<string[]> {
  const rows = await executor
    .selectFrom('subscriptions')
    .select('id')
    .where('owner_id', '=', ownerId)
    .where('status', 'not in', ENDED_STATUSES)
    .execute()
  return rows.map((row) => row.id)
}
