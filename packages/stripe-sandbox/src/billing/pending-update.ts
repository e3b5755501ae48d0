import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { endReplaced } from './discounts.ts'
import { markVoid } from './invoice-states.ts'
import { saveChanges } from './save-changes.ts'
import { billedUntil } from './usage/metered.ts'

/** How long a change waits for its payment, seconds. */
export const pendingUpdateSeconds = 23 * 3600

/** Whether a change of the subscription waits for the payment of this invoice. */
export function holdsChange(subscription: Stripe.Subscription, invoice: Stripe.Invoice): boolean {
  return subscription.pending_update !== null && idOf(subscription.latest_invoice) === invoice.id
}

/** The subscription with the change that waited for this payment. */
export function withPendingUpdate(context: Context, subscription: Stripe.Subscription): Stripe.Subscription {
  const change = subscription.pending_update
  const now = context.clock.now()
  if (change === null || change.expires_at <= now) return subscription
  return {
    ...subscription,
    billing_cycle_anchor: change.billing_cycle_anchor ?? subscription.billing_cycle_anchor,
    discounts: change.discounts ?? subscription.discounts,
    items:
      change.subscription_items === null
        ? subscription.items
        : { ...subscription.items, data: begun(subscription, change.subscription_items, now) },
    pending_update: null,
    // A change that ends a trial begins what is paid for.
    status: change.trial_end !== null && change.trial_end <= now ? 'active' : subscription.status,
    trial_end: change.trial_end ?? subscription.trial_end,
  }
}

/** Items that this payment adds: their usage counts from now on, not from the moment at which they were asked for. */
function begun(
  before: Stripe.Subscription,
  items: readonly Stripe.SubscriptionItem[],
  now: number,
): Stripe.SubscriptionItem[] {
  const known = new Set(before.items.data.map(({ id }) => id))
  return items.map((item) => (known.has(item.id) ? item : billedUntil(item, now)))
}

/** Nobody paid for the change in time: it is dropped. */
export function expirePendingUpdate(context: Context, subscription: Stripe.Subscription): void {
  const after = dropPendingUpdate(context, subscription)
  context.emit('customer.subscription.pending_update_expired', after)
}

/** Forgets a change that waits for its payment, and voids its invoice. */
export function dropPendingUpdate(context: Context, subscription: Stripe.Subscription): Stripe.Subscription {
  if (subscription.pending_update === null) return subscription
  const invoice = context.store.get('invoice', idOf(subscription.latest_invoice) ?? '')
  if (invoice?.status === 'open') context.emit('invoice.voided', markVoid(context, invoice))
  endReplaced(context, subscription.pending_update.discounts ?? [], subscription.discounts)
  return saveChanges(
    context,
    'subscription',
    subscription,
    { ...subscription, pending_update: null },
    'customer.subscription.updated',
  )
}
