import type { SandboxClock } from '../../src/index.ts'

/** A clock that stands still until a test moves it. Begins on 15 November 2026, 12:00 UTC. */
export function movableClock(): SandboxClock & { moveSeconds: (seconds: number) => void } {
  let nowMs = Date.UTC(2026, 10, 15, 12)
  return {
    nowMs: () => nowMs,
    now: () => Math.floor(nowMs / 1000),
    moveSeconds: (seconds) => {
      nowMs += seconds * 1000
    },
  }
}
