/** A source of time. */
export interface SandboxClock {
  /** Unix milliseconds. */
  nowMs(): number
  /** Unix seconds, as Stripe's `created` has them. */
  now(): number
}

export function systemClock(): SandboxClock {
  return clockOfMs(() => Date.now())
}

/** A clock that shows whatever `nowMs` says, in unix milliseconds. */
export function clockOfMs(nowMs: () => number): SandboxClock {
  return { nowMs, now: () => Math.floor(nowMs() / 1000) }
}

/** A clock that stands still. @param at unix seconds. */
export function frozenClock(at: number): SandboxClock {
  return { nowMs: () => at * 1000, now: () => at }
}
