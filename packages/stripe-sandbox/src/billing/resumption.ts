import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import type { Store } from '../store/store.ts'
import { markVoid } from './invoice-states.ts'
import type { AwaitedResumption } from './records.ts'
import { saveChanges } from './save-changes.ts'

/**
 * A paused subscription that was asked to go on and has an invoice for it (docs.stripe.com/changelog/dahlia/2026-05-27/
 * pause-subscriptions, and the SDK's text on `subscriptions.resume`):
 *
 *   payment_success   the invoice is charged within the request; the subscription stays paused until it is paid
 *   payment_attempt   nothing is charged within the request; whoever pays the invoice makes the subscription active, and a payment
 *                     that fails makes it past due, without further attempts
 *   either            given up as uncollectible, the invoice makes it active; voided, or not paid within 23 hours, it stays paused
 *
 * Only this invoice ends the pause: an older one that is paid meanwhile does not.
 */
export function awaitResumption(
  context: Context,
  subscription: Stripe.Subscription,
  invoice: Stripe.Invoice,
  goesOnWith: AwaitedResumption['goesOnWith'],
): void {
  context.store.put('awaited_resumption', { id: subscription.id, invoice: invoice.id, goesOnWith })
}

/** Whether this is the invoice for which a paused subscription waits, and what is to happen to it. */
export function resumptionBy(
  store: Store,
  subscription: Stripe.Subscription,
  invoice: Stripe.Invoice,
): AwaitedResumption['goesOnWith'] | null {
  const awaited = store.get('awaited_resumption', subscription.id)
  return subscription.status === 'paused' && awaited?.invoice === invoice.id ? awaited.goesOnWith : null
}

/** The subscription when its pause is over. */
export function withoutPause(
  subscription: Stripe.Subscription,
  status: 'active' | 'past_due' = 'active',
): Stripe.Subscription {
  const { status_details: _, ...others } = subscription
  return { ...others, status }
}

/** Ends a pause; `customer.subscription.updated` and `customer.subscription.resumed`. */
export function endPause(
  context: Context,
  paused: Stripe.Subscription,
  after: Stripe.Subscription = withoutPause(paused),
): void {
  context.store.delete('awaited_resumption', paused.id)
  saveChanges(context, 'subscription', paused, after, 'customer.subscription.updated')
  context.emit('customer.subscription.resumed', after)
}

/** When the invoice of a resumption that waits for its payment is given up, unix seconds; null when there is none. */
export function resumptionEndsAt(store: Store, subscription: Stripe.Subscription): number | null {
  const invoice = openResumption(store, subscription)
  return invoice ? invoice.created + 23 * 3600 : null
}

/** The invoice of a resumption was not paid in time: it is voided, and the subscription stays paused. */
export function dropResumption(context: Context, subscription: Stripe.Subscription): void {
  const invoice = openResumption(context.store, subscription)
  context.store.delete('awaited_resumption', subscription.id)
  if (invoice) context.emit('invoice.voided', markVoid(context, invoice))
  // Written again, so that its next moment is looked for anew.
  context.store.put('subscription', { ...subscription })
}

/** Whether it is to go on, and waits for the payment of what begins. */
export function isResumptionUnpaid(store: Store, subscription: Stripe.Subscription): boolean {
  return openResumption(store, subscription) !== undefined
}

function openResumption(store: Store, subscription: Stripe.Subscription): Stripe.Invoice | undefined {
  if (subscription.status !== 'paused') return undefined
  const invoice = store.get('invoice', store.get('awaited_resumption', subscription.id)?.invoice ?? '')
  return invoice?.status === 'open' ? invoice : undefined
}
