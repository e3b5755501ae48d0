import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { listensTo, recipient } from './recipient.ts'

/**
 * Sends an event to an endpoint once more, at once, in the caller's transaction: a series of attempts of its own. Those that
 * are planned already go on, also when this one arrives, as with Stripe (docs.stripe.com/webhooks).
 * @param nowMs real time, unix milliseconds.
 * @returns false for an endpoint that is not there or takes no events of this type.
 */
export function resend(
  { store, ids }: Pick<Context, 'store' | 'ids'>,
  event: Stripe.Event,
  endpointId: string,
  nowMs: number,
): boolean {
  const to = recipient(store, endpointId)
  if (to?.payload !== 'snapshot' || !listensTo(to, event.type)) return false
  store.put('delivery', {
    id: ids.newId('dlv_'),
    eventId: event.id,
    endpointId,
    attempts: [],
    nextAttemptAtMs: nowMs,
    deliveredAt: null,
  })
  return true
}
