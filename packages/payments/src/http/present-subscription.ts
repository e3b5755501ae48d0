import type { CurrentSubscription } from '../db/queries/current-subscription.ts'
import { instant } from '../domain/instant.ts'
import { presentInterval } from './present-interval.ts'

/** The contract's shape of a subscription. */
export function presentSubscription(subscription: CurrentSubscription) {
  return {
    id: subscription.id,
    status: subscription.status,
    current_period_start: instant(subscription.currentPeriodStart),
    current_period_end: instant(subscription.currentPeriodEnd),
    cancel_at_period_end: subscription.endsWithPeriod,
    plan: {
      id: subscription.priceId,
      nickname: subscription.planName,
      amount: subscription.unitAmountMinor,
      currency: subscription.currency,
      ...presentInterval(subscription.interval, subscription.intervalCount),
    },
  }
}
