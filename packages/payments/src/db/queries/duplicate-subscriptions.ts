import type { Selectable } from 'kysely'
import type { Executor, Tx } from '../connect.ts'
import type { Tables } from '../tables.ts'

export type DuplicateRow = Selectable<Tables['duplicate_subscriptions']>

/** In the transaction that tells the app for the first time. */
export async function insertDuplicate(
  tx: Tx,
  ownerId: string,
  subscriptionIds: readonly string[],
  now: Date,
): Promise<void> {
  await tx
    .insertInto('duplicate_subscriptions')
    .values({ owner_id: ownerId, subscription_ids: [...subscriptionIds], status: 'found', found_at: now })
    .execute()
}

/** Those that wait for the policy, or for the end of what it began, oldest first. */
export async function listOpenDuplicates(executor: Executor, limit: number): Promise<DuplicateRow[]> {
  return await executor
    .selectFrom('duplicate_subscriptions')
    .selectAll()
    .where('status', 'in', ['found', 'settling'])
    .orderBy('found_at')
    .limit(limit)
    .execute()
}

/** Null when somebody else has finished it. */
export async function findOpenDuplicate(executor: Executor, id: number): Promise<DuplicateRow | null> {
  const row = await executor
    .selectFrom('duplicate_subscriptions')
    .selectAll()
    .where('id', '=', id)
    .where('status', 'in', ['found', 'settling'])
    .executeTakeFirst()
  return row ?? null
}

/** Keeps what was decided before anything is done at Stripe. */
export async function beginSettling(
  executor: Executor,
  id: number,
  endedIds: readonly string[],
): Promise<void> {
  await executor
    .updateTable('duplicate_subscriptions')
    .set({ status: 'settling', ended_ids: [...endedIds] })
    .where('id', '=', id)
    .where('status', '=', 'found')
    .execute()
}

export async function finishDuplicate(
  executor: Executor,
  id: number,
  status: 'settled' | 'left',
  note: string | null,
  now: Date,
): Promise<void> {
  await executor
    .updateTable('duplicate_subscriptions')
    .set({ status, note, finished_at: now })
    .where('id', '=', id)
    .where('status', 'in', ['found', 'settling'])
    .execute()
}

export interface DuplicateFilter {
  status?: DuplicateRow['status'] | undefined
  ownerId?: string | undefined
  /** Id of the last record of the page before. */
  after?: number | undefined
  limit: number
}

/** Newest first. */
export async function listDuplicates(executor: Executor, filter: DuplicateFilter): Promise<DuplicateRow[]> {
  const { status, ownerId, after, limit } = filter
  return await executor
    .selectFrom('duplicate_subscriptions')
    .selectAll()
    .$if(status !== undefined, (query) => query.where('status', '=', status ?? 'found'))
    .$if(ownerId !== undefined, (query) => query.where('owner_id', '=', ownerId ?? ''))
    .$if(after !== undefined, (query) => query.where('id', '<', after ?? 0))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

/** Whether or not it is finished. */
export async function findDuplicate(executor: Executor, id: number): Promise<DuplicateRow | null> {
  const row = await executor
    .selectFrom('duplicate_subscriptions')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  return row ?? null
}

/** Payments that paid the newest paid invoice of this subscription and were not given back in full yet. */
export async function listRefundablePayments(
  executor: Executor,
  subscription: { id: string; owner_id: string },
): Promise<string[]> {
  const invoice = await executor
    .selectFrom('invoices')
    .select('id')
    // The owner is there for the index.
    .where('owner_id', '=', subscription.owner_id)
    .where('subscription_id', '=', subscription.id)
    .where('status', '=', 'paid')
    .orderBy('stripe_created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!invoice) return []
  const rows = await executor
    .selectFrom('invoice_payments')
    .innerJoin('payments', 'payments.id', 'invoice_payments.payment_id')
    .select('payments.id')
    .where('invoice_payments.invoice_id', '=', invoice.id)
    .where('invoice_payments.status', '=', 'paid')
    .where('payments.status', '=', 'succeeded')
    .whereRef('payments.amount_refunded_minor', '<', 'payments.amount_minor')
    .execute()
  return rows.map(({ id }) => id)
}
