import type Stripe from 'stripe'
import type { Store } from '../store/store.ts'

/**
 * How many endpoints an event has not reached: those still being tried and those given up on. A deleted endpoint counts no
 * more, and one that was sent the event again by hand counts once. Counted from the deliveries, so that a delivery need not
 * write its whole event again.
 */
export function pendingWebhooks(store: Store, event: Stripe.Event): number {
  const reached = new Map<string, boolean>()
  for (const { endpointId, deliveredAt, trouble } of store.where('delivery', 'event', event.id)) {
    if (trouble?.isRepeat) continue
    reached.set(endpointId, (reached.get(endpointId) ?? false) || deliveredAt !== null)
  }
  return [...reached.values()].filter((isReached) => !isReached).length
}
