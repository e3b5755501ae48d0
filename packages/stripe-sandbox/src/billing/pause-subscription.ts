import type Stripe from 'stripe'
import type { Context } from '../context.ts'

type PausedBecause = Stripe.Subscription.StatusDetails.Paused.Subscription['type']

/**
 * Stops a subscription: no invoices, no further periods, the running one ends now. `customer.subscription.paused` and
 * `customer.subscription.updated` (stripe-facts 2.11).
 */
export function pauseSubscription(
  context: Context,
  subscription: Stripe.Subscription,
  because: PausedBecause = 'final_payment_failure',
): Stripe.Subscription {
  const now = context.clock.now()
  const paused: Stripe.Subscription = {
    ...subscription,
    items: {
      ...subscription.items,
      data: subscription.items.data.map((item) => ({
        ...item,
        current_period_end: Math.max(Math.min(item.current_period_end, now), item.current_period_start),
      })),
    },
    status: 'paused',
    status_details: {
      paused: { subscription: { type: because }, transitioned_at: now, type: 'subscription' },
    },
  }
  context.store.delete('planned_resumption', subscription.id)
  context.store.delete('awaited_resumption', subscription.id)
  context.store.put('subscription', paused)
  stopCollecting(context, subscription.id)
  context.emit('customer.subscription.paused', paused)
  context.emit('customer.subscription.updated', paused, {
    items: subscription.items,
    status: subscription.status,
  })
  return paused
}

/** Why a subscription cannot be paused, in words; null when it can (stripe-facts 2.11). */
export function whyNotPausable(subscription: Stripe.Subscription): string | null {
  if (subscription.billing_mode.type !== 'flexible') {
    return 'You can only pause a subscription with billing_mode[type]=flexible.'
  }
  if (subscription.collection_method === 'send_invoice') {
    return 'You can only pause a subscription with collection_method=charge_automatically.'
  }
  if (subscription.schedule !== null) return 'You cannot pause a subscription that has a schedule.'
  return ['active', 'past_due', 'unpaid'].includes(subscription.status)
    ? null
    : `You cannot pause a subscription whose status is ${subscription.status}.`
}

function stopCollecting(context: Context, subscriptionId: string): void {
  for (const invoice of context.store.where('invoice', 'subscription', subscriptionId)) {
    if ((invoice.status === 'open' || invoice.status === 'draft') && invoice.auto_advance) {
      context.store.put('invoice', { ...invoice, auto_advance: false, next_payment_attempt: null })
    }
  }
}
