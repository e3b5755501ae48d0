import type Stripe from 'stripe'
import { earliestPeriodEnd, latestPeriodEnd } from '../billing/cancel-subscription.ts'
import { withEndablePeriods } from '../billing/running-periods.ts'
import { notSupportedYet, parameterInvalid } from '../wire/error-catalogue.ts'

/** The moment that a `cancel_at` parameter means: a timestamp, or a word for one. Unix seconds. */
export function cancelAtOf(
  subscription: Stripe.Subscription,
  cancelAt: number | string,
  now: number,
): number {
  if (cancelAt === 'min_period_end') return earliestPeriodEnd(withEndablePeriods(subscription, now))
  if (cancelAt === 'max_period_end') return latestPeriodEnd(withEndablePeriods(subscription, now))
  if (cancelAt === 'max_billed_until') throw notSupportedYet("cancel_at 'max_billed_until'", 'cancel_at')
  // A boundary: `number | 'min_period_end'` travels as text.
  const at = Number(cancelAt)
  if (!Number.isInteger(at)) throw parameterInvalid('cancel_at', `Invalid timestamp: ${cancelAt}`)
  if (at <= now) throw parameterInvalid('cancel_at', '`cancel_at` must be a timestamp in the future.')
  return at
}
