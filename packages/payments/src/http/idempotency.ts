import { createHash, randomUUID } from 'node:crypto'
import type { Intent } from '../actions/start-one-time-checkout.ts'
import {
  claimIdempotencyKey,
  forgetIdempotencyKey,
  type RememberedRequest,
  rememberAnswer,
  unlockIdempotencyKey,
} from '../db/queries/idempotency-keys.ts'
import { DomainError } from '../domain/errors.ts'
import type { Principal } from '../domain/principal.ts'
import { domainErrorOf } from '../stripe/errors.ts'
import type { HttpContext } from './context.ts'

/** Longer than any request takes. A process that dies in the middle keeps its key this long. */
const LOCKED_FOR_MS = 90_000

interface KeyedRequest<T> {
  /** The Idempotency-Key header, if the caller sent one. */
  key: string | undefined
  principal: Principal
  path: string
  /** Validated, so that spelling and order of the JSON do not matter. */
  body: unknown
  /** Reads a remembered answer. */
  parse: (answer: unknown) => T
}

/**
 * Runs `work` once per Idempotency-Key of this owner and gives every repeat the first answer. Remembered are successes; what was
 * refused with a 4xx has done nothing, so its key is free again. After a failure of ours or of Stripe's the same request may
 * come again as the same intent.
 * @throws DomainError idempotency_key_reused, request_in_progress; what `work` throws
 */
export async function answerOnce<T>(
  context: HttpContext,
  request: KeyedRequest<T>,
  work: (intent: Intent) => Promise<T>,
): Promise<T> {
  const { db, clock } = context
  if (request.key === undefined) return await work({ key: randomUUID(), startedAt: clock.now() })

  const remembered = toRemembered(request, request.key)
  const now = clock.now()
  const lockedUntil = new Date(now.getTime() + LOCKED_FOR_MS)
  const claim = await claimIdempotencyKey(db.query, remembered, { now, lockedUntil })
  switch (claim.outcome) {
    case 'answered':
      return request.parse(JSON.parse(claim.body))
    case 'other_request':
      throw new DomainError('idempotency_key_reused')
    case 'in_progress':
      throw new DomainError('request_in_progress', { retryAfterSeconds: 2 })
    case 'claimed':
      return await workAndRemember(context, remembered, () =>
        work({ key: remembered.key, startedAt: claim.startedAt }),
      )
  }
}

async function workAndRemember<T>(
  context: HttpContext,
  remembered: RememberedRequest,
  work: () => Promise<T>,
): Promise<T> {
  const { db, clock } = context
  let answer: T
  try {
    answer = await work()
  } catch (error) {
    if (wasRefused(error)) await forgetIdempotencyKey(db.query, remembered)
    else await unlockIdempotencyKey(db.query, remembered, clock.now())
    throw error
  }
  await rememberAnswer(db.query, remembered, { status: 200, body: JSON.stringify(answer) })
  return answer
}

/** 409 is "not finished", not "no". */
function wasRefused(error: unknown): boolean {
  const known = error instanceof DomainError ? error : domainErrorOf(error)
  return known !== null && known.status < 500 && known.status !== 409
}

function toRemembered(request: KeyedRequest<unknown>, key: string): RememberedRequest {
  const requestHash = createHash('sha256')
    .update(JSON.stringify([request.path, request.body]))
    .digest('hex')
  return { ownerId: request.principal.ownerId, key, requestHash }
}
