import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import type { PaymentAttempt } from './attempt-payment.ts'
import { isHopeless } from './dunning.ts'
import { finalizeInvoice, intentOfInvoice, markPaid, requestInvoicePayment } from './invoice-states.ts'
import { pageUrls } from './page-urls.ts'
import { payingCard } from './payment-methods.ts'
import type { AuthenticationPurpose } from './records.ts'
import { payIntent, settleWithoutMoney, settleWithoutPayment } from './settle-payment.ts'

export interface CollectOptions {
  /** False when a person is there, who can answer a challenge. */
  offSession: boolean
  /** An attempt of the schedule, which says when the next one is. */
  isScheduled: boolean
  /** Where a challenge leads back to, and what it carries on with; without it, to the invoice's own page. */
  challenge?: { returnUrl: string; purpose: AuthenticationPurpose }
}

const scheduled: CollectOptions = { offSession: true, isScheduled: true }

/** Finalizes a draft (`invoice.finalized`) and collects it. Null: no payment was tried. */
export function finalizeAndCollect(
  context: Context,
  draft: Stripe.Invoice,
  options: CollectOptions = scheduled,
): PaymentAttempt | null {
  const open = finalizeInvoice(context, draft)
  context.emit('invoice.finalized', open)
  return collectInvoice(context, open, options)
}

/**
 * Collects an open invoice as its collection method says: sends it, or charges the card that pays for it. Of which nothing is
 * due is paid at once.
 */
export function collectInvoice(
  context: Context,
  invoice: Stripe.Invoice,
  options: CollectOptions = scheduled,
): PaymentAttempt | null {
  if (invoice.amount_due === 0) {
    const { invoice: paid } = markPaid(context, invoice, null)
    settleWithoutMoney(context, invoice, paid)
    return null
  }
  const intent = intentToPay(context, invoice)
  if (invoice.collection_method === 'send_invoice') {
    context.emit('invoice.sent', invoice)
    return null
  }
  const card = cardFor(context, invoice)
  if (card === undefined || isHopeless(context, intent, card)) {
    settleWithoutPayment(context, invoice, options)
    return null
  }
  return payIntent(context, intent, card, {
    returnUrl: pageUrls.invoice(context.origin, invoice.id),
    ...options.challenge,
    offSession: options.offSession,
    isScheduled: options.isScheduled,
  })
}

/** The card that pays an invoice: its own, else its subscription's, else the customer's. */
export function cardFor(context: Context, invoice: Stripe.Invoice): Stripe.PaymentMethod | undefined {
  const customer = context.store.get('customer', idOf(invoice.customer) ?? '')
  if (customer === undefined) return undefined
  const subscriptionId = idOf(invoice.parent?.subscription_details?.subscription)
  const subscription = subscriptionId === null ? undefined : context.store.get('subscription', subscriptionId)
  const own = idOf(invoice.default_payment_method) ?? idOf(subscription?.default_payment_method)
  return payingCard(context, customer, own)
}

/** The PaymentIntent that is to pay an invoice; made now (`payment_intent.created`) where it has none yet. */
export function intentToPay(context: Context, invoice: Stripe.Invoice): Stripe.PaymentIntent {
  const known = intentOfInvoice(context, invoice.id)
  if (known) return known
  const intent = requestInvoicePayment(context, invoice)
  context.emit('payment_intent.created', intent)
  return intent
}
