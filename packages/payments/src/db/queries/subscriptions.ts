import { type Selectable, sql } from 'kysely'
import { ENDED_STATUSES } from '../../domain/subscription-status.ts'
import type { SubscriptionFacts } from '../../domain/transitions.ts'
import type { Executor } from '../connect.ts'
import type { Tables } from '../tables.ts'
import type { MirrorRow } from './mirror-row.ts'

export type SubscriptionRow = Selectable<Tables['subscriptions']>
export type NewSubscriptionRow = MirrorRow<'subscriptions'>

export async function findSubscription(executor: Executor, id: string): Promise<SubscriptionRow | null> {
  const row = await executor.selectFrom('subscriptions').selectAll().where('id', '=', id).executeTakeFirst()
  return row ?? null
}

/** By id; those that the mirror has. */
export async function findSubscriptionStatuses(
  executor: Executor,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const rows = await executor
    .selectFrom('subscriptions')
    .select(['id', 'status'])
    .where('id', '=', sql<string>`any(${ids})`)
    .execute()
  return new Map(rows.map(({ id, status }) => [id, status]))
}

/** What its transitions depend on, and nothing else of the row. */
export async function findSubscriptionFacts(
  executor: Executor,
  id: string,
): Promise<SubscriptionFacts | null> {
  const row = await executor
    .selectFrom('subscriptions')
    .select([
      'id',
      'status',
      'price_id',
      'quantity',
      'current_period_start',
      'current_period_end',
      'cancel_at_period_end',
      'cancel_at',
      'trial_end',
      'latest_invoice_id',
      'synced_at',
    ])
    .where('id', '=', id)
    .executeTakeFirst()
  return row ?? null
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
