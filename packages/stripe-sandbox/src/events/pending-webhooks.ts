import type Stripe from 'stripe'
import type { Store } from '../store/store.ts'

/**
 * How many endpoints an event has not reached: those still being tried and those given up on. A deleted endpoint counts no
 * more. Counted from the deliveries, so that a delivery need not write its whole event again.
 */
export function pendingWebhooks(store: Store, event: Stripe.Event): number {
  let pending = 0
  for (const delivery of store.where('delivery', 'event', event.id)) {
    if (delivery.deliveredAt === null && !delivery.trouble?.isRepeat) pending += 1
  }
  return pending
}
