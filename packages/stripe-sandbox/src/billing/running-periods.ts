import type Stripe from 'stripe'
import { gridAnchor } from './anchor-config.ts'
import { periodAt } from './periods.ts'
import { cadenceOf } from './prices.ts'

/** A subscription whose items are in the periods in which its billing dates have them at a moment. */
export function withRunningPeriods(subscription: Stripe.Subscription, at: number): Stripe.Subscription {
  const { billing_cycle_anchor: anchor, billing_cycle_anchor_config: config, items } = subscription
  return { ...subscription, items: { ...items, data: items.data.map(inPeriod) } }

  function inPeriod(item: Stripe.SubscriptionItem): Stripe.SubscriptionItem {
    const cadence = cadenceOf(item.price)
    const { start, end } = periodAt(gridAnchor(anchor, config, cadence), at, cadence)
    return { ...item, current_period_start: start, current_period_end: end }
  }
}

/**
 * A subscription with the periods at whose end it can be told to end. A pause ended its own, so a paused one has those that would
 * be running: an end lies ahead, never behind.
 */
export function withEndablePeriods(subscription: Stripe.Subscription, now: number): Stripe.Subscription {
  return subscription.status === 'paused' ? withRunningPeriods(subscription, now) : subscription
}
