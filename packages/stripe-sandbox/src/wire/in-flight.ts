import { StripeApiError } from './errors.ts'

/**
 * The Idempotency-Keys of requests that have begun to arrive and are not answered yet. A handler itself never waits, so
 * two requests overlap only while one of them is still being read.
 */
export class InFlightKeys {
  readonly #keys = new Set<string>()

  /** @returns the release, which may be called twice. @throws StripeApiError 409 when the key is taken; the SDK then tries again by itself. */
  acquire(scopedKey: string): () => void {
    if (this.#keys.has(scopedKey)) throw keyInUse()
    this.#keys.add(scopedKey)
    let isHeld = true
    return () => {
      // Once only: by the second call another request may hold the key.
      if (isHeld) this.#keys.delete(scopedKey)
      isHeld = false
    }
  }
}

export function keyInUse(): StripeApiError {
  return new StripeApiError(
    'There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through). Please try again later.',
    { status: 409, code: 'idempotency_key_in_use', isRemembered: false },
  )
}
