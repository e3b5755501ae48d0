import { expect } from 'vitest'

/** `expect.poll` with the patience that a busy machine needs. */
export function eventually<T>(read: () => T, { timeoutMs = 15_000 } = {}) {
  return expect.poll(read, { timeout: timeoutMs, interval: 10 })
}
