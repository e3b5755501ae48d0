import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import type { Store } from '../store/store.ts'
import { idOf } from '../store/tables.ts'
import { markVoid } from './invoice-states.ts'

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

/** The invoice of a resumption is paid: the subscription goes on. */
export function resumedByPayment(subscription: Stripe.Subscription): Stripe.Subscription {
  if (subscription.status !== 'paused') return subscription
  const { status_details: _, ...others } = subscription
  return { ...others, status: 'active' }
}

/** When the invoice of a resumption that waits for its payment is given up, unix seconds; null when there is none. */
export function resumptionEndsAt(store: Store, subscription: Stripe.Subscription): number | null {
  const invoice = resumptionInvoice(store, subscription)
  return invoice ? invoice.created + 23 * 3600 : null
}

/** The invoice of a resumption was not paid in time: it is voided, and the subscription stays paused. */
export function dropResumption(context: Context, subscription: Stripe.Subscription): void {
  const invoice = resumptionInvoice(context.store, subscription)
  if (invoice) context.emit('invoice.voided', markVoid(context, invoice))
  // Written again, so that its next moment is looked for anew.
  context.store.put('subscription', { ...subscription })
}

/** Whether it is to go on, and waits for the payment of what begins. */
export function isResumptionUnpaid(store: Store, subscription: Stripe.Subscription): boolean {
  return resumptionInvoice(store, subscription) !== undefined
}

function resumptionInvoice(store: Store, subscription: Stripe.Subscription): Stripe.Invoice | undefined {
  if (subscription.status !== 'paused') return undefined
  const latest = store.get('invoice', idOf(subscription.latest_invoice) ?? '')
  const pausedAt = subscription.status_details?.paused.transitioned_at ?? 0
  return latest?.status === 'open' && latest.created >= pausedAt && latest.auto_advance ? latest : undefined
}

function stopCollecting(context: Context, subscriptionId: string): void {
  for (const invoice of context.store.where('invoice', 'subscription', subscriptionId)) {
    if ((invoice.status === 'open' || invoice.status === 'draft') && invoice.auto_advance) {
      context.store.put('invoice', { ...invoice, auto_advance: false, next_payment_attempt: null })
    }
  }
}
