import { type RawBuilder, type Selectable, sql } from 'kysely'
import type { Executor, Tx } from '../connect.ts'
import type { Tables } from '../tables.ts'
import { impossiblyLate } from './impossibly-late.ts'

export type DuplicateRow = Selectable<Tables['duplicate_subscriptions']>

/** A debit takes days; a draft becomes final after about an hour. Each look asks Stripe for an invoice or two. */
const LOOK_AGAIN_AFTER_MS = 60 * 60_000

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

/**
 * Those that are to be looked at now, for the policy or for the end of what it began. Who waited longest for the look comes first. A look that
 * is planned for later than any is was planned by a clock that was ahead.
 */
export async function listDueDuplicates(
  executor: Executor,
  now: Date,
  limit: number,
): Promise<DuplicateRow[]> {
  return await executor
    .selectFrom('duplicate_subscriptions')
    .selectAll()
    .where('status', 'in', ['found', 'settling'])
    .where(isDue(now))
    .orderBy(sql`coalesce(look_again_at, found_at)`)
    .limit(limit)
    .execute()
}

/** Null when somebody else has finished it, or looked at it and has to wait. */
export async function findDueDuplicate(
  executor: Executor,
  id: number,
  now: Date,
): Promise<DuplicateRow | null> {
  const row = await executor
    .selectFrom('duplicate_subscriptions')
    .selectAll()
    .where('id', '=', id)
    .where('status', 'in', ['found', 'settling'])
    .where(isDue(now))
    .executeTakeFirst()
  return row ?? null
}

/** Before the look: should it fail, again and again, the others have their turn first. False when it is not due any more. */
export async function goToTheEnd(executor: Executor, id: number, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await executor
    .updateTable('duplicate_subscriptions')
    .set({ look_again_at: now })
    .where('id', '=', id)
    .where('status', 'in', ['found', 'settling'])
    .where(isDue(now))
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Nothing can be decided, or ended, before something has happened at Stripe: `note` says what. */
export async function waitWithDuplicate(
  executor: Executor,
  id: number,
  note: string,
  now: Date,
): Promise<void> {
  await executor
    .updateTable('duplicate_subscriptions')
    .set({ note, look_again_at: nextLook(now) })
    .where('id', '=', id)
    .where('status', 'in', ['found', 'settling'])
    .execute()
}

function nextLook(now: Date): Date {
  return new Date(now.getTime() + LOOK_AGAIN_AFTER_MS)
}

function isDue(now: Date): RawBuilder<boolean> {
  const latest = impossiblyLate(now, nextLook(now))
  return sql<boolean>`(look_again_at is null or look_again_at <= ${now} or look_again_at > ${latest})`
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
