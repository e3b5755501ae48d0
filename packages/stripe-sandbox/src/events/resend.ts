import type Stripe from 'stripe'
import { newId } from '../ids.ts'
import type { Store } from '../store/store.ts'
import { listensTo } from './listens-to.ts'

/**
 * Sends an event to an endpoint once more, at once, in the caller's transaction: a series of attempts of its own. Those that
 * are planned already go on, also when this one arrives, as with Stripe (docs.stripe.com/webhooks).
 * @param nowMs real time, unix milliseconds.
 * @returns false for an endpoint that is not there or takes no events of this type.
 */
export function resend(store: Store, event: Stripe.Event, endpointId: string, nowMs: number): boolean {
  const endpoint = store.get('webhook_endpoint', endpointId)
  if (!endpoint || !listensTo(endpoint, event.type)) return false
  store.put('delivery', {
    id: newId('dlv_'),
    eventId: event.id,
    endpointId,
    attempts: [],
    nextAttemptAtMs: nowMs,
    deliveredAt: null,
  })
  return true
}
