import type { Clock } from '../domain/clock.ts'

export interface Pause {
  /** Resolves after this time, or at once when `wake` was called since the last wait. */
  wait(milliseconds: number): Promise<void>
  wake(): void
}

/** A wait that can be cut short. A wake that comes while nobody waits is remembered, so that none is lost. */
export function createPause(clock: Clock): Pause {
  let isAwake = false
  let cut: AbortController | null = null

  return {
    async wait(milliseconds) {
      if (!isAwake) {
        cut = new AbortController()
        await clock.wait(milliseconds, cut.signal)
      }
      isAwake = false
      cut = null
    },
    wake() {
      isAwake = true
      cut?.abort()
    },
  }
}
