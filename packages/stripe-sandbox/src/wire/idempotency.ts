import { hash } from 'node:crypto'
import type { Store } from '../store/store.ts'
import { StripeApiError } from './errors.ts'

/** The answer remembered under one Idempotency-Key (docs.stripe.com/api/idempotent_requests: kept at least 24 h). */
export interface IdempotencyRecord {
  /** The key, scoped by API key. */
  id: string
  /** Method and path: a key belongs to one endpoint. */
  endpoint: string
  /** Hash of the parameters: the same key with others is an idempotency_error. */
  requestHash: string
  status: number
  body: string
  requestId: string
  /** Unix seconds. */
  createdAt: number
}

const keptSeconds = 24 * 3600

export function scopedKey(apiKey: string, key: string): string {
  if (key.length > 255) {
    throw new StripeApiError('Idempotency keys can be at most 255 characters long.', { isRemembered: false })
  }
  return `${apiKey}/${key}`
}

/** The same parameters in another order are the same request. */
export function hashOfRequest(query: string, body: string): string {
  const pairs = `${query}&${body}`.split('&').sort().join('&')
  return hash('sha256', pairs, 'base64')
}

/**
 * The remembered answer of a key.
 * @throws StripeApiError idempotency_error when the key was first used for something else.
 */
export function recall(
  store: Store,
  key: string,
  request: { endpoint: string; requestHash: string; now: number },
): IdempotencyRecord | undefined {
  const record = store.get('idempotency', key)
  if (!record || record.createdAt + keptSeconds <= request.now) return undefined
  const shown = key.slice(key.indexOf('/') + 1)
  if (record.endpoint !== request.endpoint) {
    throw reused(
      `Keys for idempotent requests can only be used for the same endpoint they were first used for ('${request.endpoint.split(' ')[1]}' vs '${record.endpoint.split(' ')[1]}'). Try using a key other than '${shown}' if you meant to execute a different request.`,
    )
  }
  if (record.requestHash !== request.requestHash) {
    throw reused(
      `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${shown}' if you meant to execute a different request.`,
    )
  }
  return record
}

/** Stores an answer, in the caller's transaction, and forgets what is older than a day. */
export function remember(store: Store, record: IdempotencyRecord): void {
  // Deleted first: a key that is used again after its day must become the newest, or the sweep would stop at it.
  store.delete('idempotency', record.id)
  store.put('idempotency', record)
}

/** Drops the records that have had their day. Cheap: called now and then, inside a transaction. */
export function forgetExpired(store: Store, now: number): void {
  for (const record of [...store.all('idempotency')]) {
    if (record.createdAt + keptSeconds <= now) store.delete('idempotency', record.id)
  }
}

function reused(message: string): StripeApiError {
  return new StripeApiError(message, { type: 'idempotency_error', isRemembered: false })
}
