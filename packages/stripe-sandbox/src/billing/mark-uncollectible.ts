import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { isCounting, subscriptionOf } from './counting-invoice.ts'
import { makeActive } from './make-active.ts'
import { endPause, resumptionBy } from './resumption.ts'

/**
 * Gives an open invoice up; `invoice.marked_uncollectible`. It can still be paid or voided. A subscription that was past due
 * because of it is active again: giving up on the money is no way to end access (stripe-facts 2.15). One that waited for it to go
 * on goes on.
 */
export function markUncollectible(context: Context, invoice: Stripe.Invoice): Stripe.Invoice {
  const given: Stripe.Invoice = {
    ...invoice,
    auto_advance: false,
    next_payment_attempt: null,
    status: 'uncollectible',
    status_transitions: {
      ...invoice.status_transitions,
      marked_uncollectible_at: context.clock.now(),
    },
  }
  context.store.put('invoice', given)
  context.emit('invoice.marked_uncollectible', given)
  const subscription = subscriptionOf(context, invoice)
  if (subscription?.status === 'past_due' && isCounting(context.store, subscription, invoice)) {
    makeActive(context, subscription)
  }
  if (subscription && resumptionBy(context.store, subscription, invoice)) endPause(context, subscription)
  return given
}
