/** Stripe's subscription statuses at 2026-10-28.endive. The enum is open: an unknown one is never live (fail closed). */
export type SubscriptionStatus =
  | 'active'
  | 'trialing'
  | 'past_due'
  | 'unpaid'
  | 'paused'
  | 'incomplete'
  | 'incomplete_expired'
  | 'canceled'

/**
 * Live: the subscription can still bill, so a second one beside it would bill twice. `incomplete` counts because its first
 * invoice may still be paid (for about 23 hours, then Stripe makes it `incomplete_expired`).
 * In the order in which one is chosen when an owner has several.
 */
export const LIVE_STATUSES = [
  'active',
  'trialing',
  'past_due',
  'unpaid',
  'paused',
  'incomplete',
] as const satisfies readonly SubscriptionStatus[]

export type LiveStatus = (typeof LIVE_STATUSES)[number]

/** Statuses in which an unknown value would mean "we do not know": such a subscription blocks a second one all the same. */
export const ENDED_STATUSES = [
  'incomplete_expired',
  'canceled',
] as const satisfies readonly SubscriptionStatus[]

/** Whether a second subscription beside this one could bill the owner twice. Everything that has not ended blocks, unknown statuses included. */
export function blocksSecondSubscription(status: string): boolean {
  return !ENDED_STATUSES.some((ended) => ended === status)
}

/** Whether Stripe's status is one that we know as live. */
export function isLive(status: string): status is LiveStatus {
  return LIVE_STATUSES.some((live) => live === status)
}
