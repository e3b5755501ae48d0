import { hash } from 'node:crypto'
import type { Clock } from '../domain/clock.ts'

/**
 * What was learned from verified tokens, until they expire. Verifying costs about 60 µs, and a page sends the same token with
 * each of its requests. Bounded: the entry unused for longest goes first. Keyed by a hash, so that a heap dump holds no tokens.
 */
export interface TokenCache<Value> {
  get(token: string): Value | undefined
  /** @param expiresAtMs the token's `exp`, in milliseconds since 1970 */
  set(token: string, value: Value, expiresAtMs: number): void
  readonly size: number
}

export function createTokenCache<Value>(options: {
  limit: number
  longestMs: number
  clock: Clock
}): TokenCache<Value> {
  const { limit, longestMs, clock } = options
  // A Map keeps the order of insertion: what is read is moved to the end, so the first entry is the one unused for longest.
  const entries = new Map<string, { value: Value; untilMs: number }>()

  return {
    get(token) {
      const key = hash('sha256', token, 'base64')
      const entry = entries.get(key)
      if (!entry) return undefined
      entries.delete(key)
      if (entry.untilMs <= clock.now().getTime()) return undefined
      entries.set(key, entry)
      return entry.value
    },
    set(token, value, expiresAtMs) {
      const nowMs = clock.now().getTime()
      const untilMs = Math.min(expiresAtMs, nowMs + longestMs)
      if (untilMs <= nowMs) return
      entries.set(hash('sha256', token, 'base64'), { value, untilMs })
      if (entries.size <= limit) return
      const oldest = entries.keys().next()
      if (!oldest.done) entries.delete(oldest.value)
    },
    get size() {
      return entries.size
    },
  }
}
