import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import type { Store } from '../store/store.ts'
import { idOf } from '../store/tables.ts'
import { holdsChange } from './pending-update.ts'

/**
 * The invoice by which a subscription is active or past due: its latest one that was finalized and is not void (stripe-facts 2.15,
 * 3.1). `latest_invoice` may be another: the draft of a renewal for its first hour, one that was voided, or that of a change which
 * waits for its payment.
 */
export function countingInvoice(store: Store, subscription: Stripe.Subscription): Stripe.Invoice | undefined {
  for (const invoice of store.where('invoice', 'subscription', subscription.id)) {
    if (counts(subscription, invoice)) return invoice
  }
  return undefined
}

/** Whether the subscription's status goes by this invoice. */
export function isCounting(
  store: Store,
  subscription: Stripe.Subscription,
  invoice: Stripe.Invoice,
): boolean {
  return countingInvoice(store, subscription)?.id === invoice.id
}

/** Whether an invoice that counts makes its subscription past due: it failed, or its day has passed. Given up, it does not. */
export function isOverdue({ clock }: Pick<Context, 'clock'>, invoice: Stripe.Invoice): boolean {
  if (invoice.status !== 'open') return false
  return invoice.attempt_count > 0 || (invoice.due_date !== null && invoice.due_date <= clock.now())
}

/** The subscription that an invoice bills. One that was made by hand says nothing about the subscription that it is for. */
export function subscriptionOf({ store }: Context, invoice: Stripe.Invoice): Stripe.Subscription | undefined {
  if (isByHand(invoice)) return undefined
  return store.get('subscription', idOf(invoice.parent?.subscription_details?.subscription) ?? '')
}

function counts(subscription: Stripe.Subscription, invoice: Stripe.Invoice): boolean {
  if (isByHand(invoice)) return false
  switch (invoice.status) {
    case 'paid':
      return true
    case 'open':
    case 'uncollectible':
      // What a change that waits for its payment costs makes nobody past due.
      return !holdsChange(subscription, invoice)
    default:
      return false
  }
}

function isByHand(invoice: Stripe.Invoice): boolean {
  return invoice.billing_reason === 'manual'
}
