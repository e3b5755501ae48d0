import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { finalizeInvoice, linkPayment, markPaid } from './invoice-states.ts'

/** One invoice at each step of its way, for its events. */
export interface InvoiceStates {
  draft: Stripe.Invoice
  open: Stripe.Invoice
  /** As it is in the end: paid, or still open while a bank debit is on its way. */
  paid: Stripe.Invoice
  payment: Stripe.InvoicePayment | null
}

/**
 * Finalizes a draft whose money is there already (or of which nothing is due) and marks it paid; while a bank debit is on its way,
 * it stays open. Announces nothing.
 * @param intent the succeeded or processing PaymentIntent, or null when nothing was due.
 */
export function payNewInvoice(
  context: Context,
  draft: Stripe.Invoice,
  intent: Stripe.PaymentIntent | null,
): InvoiceStates {
  context.store.put('invoice', draft)
  const open = finalizeInvoice(context, draft)
  const link = intent === null ? null : linkPayment(context, open, intent)
  if (intent?.status === 'processing') {
    const waiting: Stripe.Invoice = { ...open, attempted: true }
    context.store.put('invoice', waiting)
    return { draft, open, paid: waiting, payment: null }
  }
  const { invoice: paid, payment } = markPaid(context, open, link)
  return { draft, open, paid, payment }
}

/** The invoice's way from draft to paid, as events. */
export function announceInvoice(context: Context, states: InvoiceStates): void {
  context.emit('invoice.created', states.draft)
  context.emit('invoice.finalized', states.open)
  if (states.paid.status !== 'paid') return
  context.emit('invoice.paid', states.paid)
  context.emit('invoice.payment_succeeded', states.paid)
  if (states.payment) context.emit('invoice_payment.paid', states.payment)
}
