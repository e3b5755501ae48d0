import type { SandboxClock } from '../../src/index.ts'

/** A clock that stands still until it is moved. @param start unix seconds. */
export function movableClock(start: number): SandboxClock & { advance: (seconds: number) => void } {
  let now = start
  return {
    now: () => now,
    nowMs: () => now * 1000,
    advance: (seconds) => {
      now += seconds
    },
  }
}
