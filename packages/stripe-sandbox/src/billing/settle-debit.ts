import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { bankOfCharge, endDebit } from './bank-debits.ts'
import { paymentOfIntent } from './invoice-states.ts'
import { previousAttributes } from './previous-attributes.ts'
import { announceAttempt, settlePayment } from './settle-payment.ts'
import { voidInvoice } from './void-invoice.ts'

/**
 * The bank's answer reaches everything that waits for it: the intent, its invoice, and the Checkout session that was completed
 * before the money was there.
 */
export function settleDebit(context: Context, pending: Stripe.Charge): void {
  const attempt = endDebit(context, pending, bankOfCharge(pending)?.failure ?? null)
  const invoice = firstInvoiceOf(context, attempt.intent)
  if (attempt.outcome === 'declined' && invoice !== undefined) {
    announceAttempt(context, attempt)
    giveUpFirstInvoice(context, invoice)
  } else settlePayment(context, attempt, { isScheduled: true })
  settleSession(context, attempt.intent.id, attempt.outcome === 'succeeded')
}

/** The invoice with which a subscription began, when it is this intent that was to pay it. */
function firstInvoiceOf(context: Context, intent: Stripe.PaymentIntent): Stripe.Invoice | undefined {
  const invoice = context.store.get('invoice', idOf(paymentOfIntent(context, intent.id)?.invoice) ?? '')
  return invoice?.billing_reason === 'subscription_create' ? invoice : undefined
}

/** A first invoice whose debit fails is void; its subscription, which began on trust, stays as it is. */
function giveUpFirstInvoice(context: Context, open: Stripe.Invoice): void {
  const failed: Stripe.Invoice = { ...open, attempt_count: open.attempt_count + 1, attempted: true }
  context.store.put('invoice', failed)
  context.emit('invoice.payment_failed', failed)
  context.emit('invoice.updated', failed, previousAttributes(open, failed))
  voidInvoice(context, failed)
}

/** `checkout.session.async_payment_succeeded` or `_failed`. */
function settleSession(context: Context, intentId: string, isPaid: boolean): void {
  for (const terms of context.store.all('checkout_terms')) {
    if (terms.paymentIntent !== intentId) continue
    const session = context.store.get('checkout.session', terms.id)
    if (session?.status !== 'complete' || session.payment_status !== 'unpaid') return
    const settled: Stripe.Checkout.Session = isPaid ? { ...session, payment_status: 'paid' } : session
    context.store.put('checkout.session', settled)
    context.emit(
      isPaid ? 'checkout.session.async_payment_succeeded' : 'checkout.session.async_payment_failed',
      settled,
    )
    return
  }
}
