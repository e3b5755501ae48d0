import { sql } from 'kysely'
import type { Executor } from '../connect.ts'
import { impossiblyLate } from './impossibly-late.ts'

export interface RememberedRequest {
  ownerId: string
  key: string
  /** What makes two requests the same request. */
  requestHash: string
}

export type Claim =
  /** This request is to be worked on now. `startedAt` is when it first came: the same for every attempt. */
  | { outcome: 'claimed'; startedAt: Date }
  | { outcome: 'answered'; status: number; body: string }
  | { outcome: 'in_progress'; lockedUntil: Date }
  | { outcome: 'other_request' }

/** Stripe remembers its keys for 24 hours at least; so do we. */
const REMEMBERED = '24 hours'

/**
 * Takes the key for this request, or says what stands under it. Taken again: a key older than 24 hours (a new request), and one
 * whose attempt ended without an answer (its lock ran out, or `unlockIdempotencyKey`) when the request is the same.
 */
export async function claimIdempotencyKey(
  executor: Executor,
  request: RememberedRequest,
  options: { now: Date; lockedUntil: Date },
): Promise<Claim> {
  const { now, lockedUntil } = options
  const isForgotten = sql<boolean>`idempotency_keys.created_at <= ${now}::timestamptz - ${REMEMBERED}::interval`
  const isUnlocked = sql<boolean>`idempotency_keys.locked_until <= ${now}
    or idempotency_keys.locked_until > ${impossiblyLate(now, lockedUntil)}`
  const isAbandoned = sql<boolean>`idempotency_keys.response_status is null and (${isUnlocked}) and idempotency_keys.request_hash = excluded.request_hash`
  const claimed = await executor
    .insertInto('idempotency_keys')
    .values({
      owner_id: request.ownerId,
      key: request.key,
      request_hash: request.requestHash,
      response_status: null,
      response_body: null,
      locked_until: lockedUntil,
      created_at: now,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['owner_id', 'key'])
        .doUpdateSet({
          request_hash: sql`excluded.request_hash`,
          response_status: null,
          response_body: null,
          locked_until: sql`excluded.locked_until`,
          created_at: sql`case when ${isForgotten} then excluded.created_at else idempotency_keys.created_at end`,
        })
        .where(sql<boolean>`${isForgotten} or (${isAbandoned})`),
    )
    .returning('created_at')
    .executeTakeFirst()
  if (claimed) return { outcome: 'claimed', startedAt: claimed.created_at }
  return await readClaim(executor, request, lockedUntil)
}

async function readClaim(executor: Executor, request: RememberedRequest, lockedUntil: Date): Promise<Claim> {
  const row = await executor
    .selectFrom('idempotency_keys')
    .select(['request_hash', 'response_status', 'response_body', 'locked_until'])
    .where('owner_id', '=', request.ownerId)
    .where('key', '=', request.key)
    .executeTakeFirst()
  // Forgotten between the two statements: its first attempt was refused just now.
  if (!row) return { outcome: 'in_progress', lockedUntil }
  if (row.request_hash !== request.requestHash) return { outcome: 'other_request' }
  if (row.response_status === null) return { outcome: 'in_progress', lockedUntil: row.locked_until }
  return { outcome: 'answered', status: row.response_status, body: row.response_body ?? '' }
}

/** Remembers the answer; every later request under this key gets it. */
export async function rememberAnswer(
  executor: Executor,
  request: RememberedRequest,
  answer: { status: number; body: string },
): Promise<void> {
  await executor
    .updateTable('idempotency_keys')
    .set({ response_status: answer.status, response_body: answer.body })
    .where('owner_id', '=', request.ownerId)
    .where('key', '=', request.key)
    .where('request_hash', '=', request.requestHash)
    .execute()
}

/** Ends an attempt without an answer: the same request may be tried again at once, as the same intent. */
export async function unlockIdempotencyKey(
  executor: Executor,
  request: RememberedRequest,
  now: Date,
): Promise<void> {
  await executor
    .updateTable('idempotency_keys')
    .set({ locked_until: now })
    .where('owner_id', '=', request.ownerId)
    .where('key', '=', request.key)
    .where('response_status', 'is', null)
    .execute()
}

/** Forgets a request that was refused before anything was done: the key is free, also for a corrected request. */
export async function forgetIdempotencyKey(executor: Executor, request: RememberedRequest): Promise<void> {
  await executor
    .deleteFrom('idempotency_keys')
    .where('owner_id', '=', request.ownerId)
    .where('key', '=', request.key)
    .where('response_status', 'is', null)
    .execute()
}

/** Removes keys that nobody can replay any more; returns how many. */
export async function pruneIdempotencyKeys(executor: Executor, now: Date): Promise<number> {
  const { numDeletedRows } = await executor
    .deleteFrom('idempotency_keys')
    .where(sql<boolean>`created_at <= ${now}::timestamptz - ${REMEMBERED}::interval`)
    .executeTakeFirst()
  return Number(numDeletedRows)
}
