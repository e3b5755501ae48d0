import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { markVoid } from './invoice-states.ts'
import { saveChanges } from './save-changes.ts'

/** How long a change waits for its payment, seconds. */
export const pendingUpdateSeconds = 23 * 3600

/** The subscription with the change that waited for this payment. */
export function withPendingUpdate(context: Context, subscription: Stripe.Subscription): Stripe.Subscription {
  const change = subscription.pending_update
  if (change === null || change.expires_at <= context.clock.now()) return subscription
  return {
    ...subscription,
    billing_cycle_anchor: change.billing_cycle_anchor ?? subscription.billing_cycle_anchor,
    items:
      change.subscription_items === null
        ? subscription.items
        : { ...subscription.items, data: change.subscription_items },
    pending_update: null,
    trial_end: change.trial_end ?? subscription.trial_end,
  }
}

/** Nobody paid for the change in time: it is dropped, and its invoice voided. */
export function expirePendingUpdate(context: Context, subscription: Stripe.Subscription): void {
  const invoice = context.store.get('invoice', idOf(subscription.latest_invoice) ?? '')
  if (invoice?.status === 'open') context.emit('invoice.voided', markVoid(context, invoice))
  const after = saveChanges(
    context,
    'subscription',
    subscription,
    { ...subscription, pending_update: null },
    'customer.subscription.updated',
  )
  context.emit('customer.subscription.pending_update_expired', after)
}
