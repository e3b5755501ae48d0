import type { Clock } from '../domain/clock.ts'

/** How politely an action waits for a twin that is working on the same thing: two seconds at most. */
const TIMES = 20
const EVERY_MS = 100

/**
 * Asks `look` again and again until it finds something; null when the twin takes too long. Counted instead of timed: the
 * injected clock may stand still.
 */
export async function poll<T>(clock: Clock, look: () => Promise<T | null>): Promise<T | null> {
  for (let time = 0; time < TIMES; time++) {
    const found = await look()
    if (found !== null) return found
    await clock.wait(EVERY_MS)
  }
  return null
}
