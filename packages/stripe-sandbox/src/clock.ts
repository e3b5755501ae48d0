/** The sandbox's only source of time. */
export interface SandboxClock {
  /** Unix milliseconds. */
  nowMs(): number
  /** Unix seconds, as Stripe's `created` has them. */
  now(): number
}

export function systemClock(): SandboxClock {
  return { nowMs: () => Date.now(), now: () => Math.floor(Date.now() / 1000) }
}
