import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'

/** The charge that paid an invoice; undefined where no money came through Stripe. */
export function chargeOfInvoice(context: Context, invoiceId: string): Stripe.Charge | undefined {
  for (const payment of context.store.where('invoice_payment', 'invoice', invoiceId)) {
    if (payment.status !== 'paid') continue
    const intent = context.store.get('payment_intent', idOf(payment.payment.payment_intent) ?? '')
    const charge = context.store.get('charge', idOf(intent?.latest_charge) ?? '')
    if (charge?.status === 'succeeded') return charge
  }
  return undefined
}

/**
 * The most that a further credit note can credit, in minor units: the invoice's total without what credit notes credited already and
 * without refunds that no credit note accounts for.
 */
export function creditableMinor(context: Context, invoice: Stripe.Invoice): number {
  const creditedMinor = sum(issuedNotes(context, invoice.id).map((note) => note.total))
  const charge = chargeOfInvoice(context, invoice.id)
  const refunds = charge === undefined ? [] : [...context.store.where('refund', 'charge', charge.id)]
  const refundedMinor = sum(refunds.map((refund) => unlinkedMinor(context, invoice.id, refund)))
  return Math.max(0, invoice.total - creditedMinor - refundedMinor)
}

/** What of a refund no issued credit note accounts for; nothing of one that failed or was canceled. */
export function unlinkedMinor(context: Context, invoiceId: string, refund: Stripe.Refund): number {
  if (refund.status === 'failed' || refund.status === 'canceled') return 0
  const linked = issuedNotes(context, invoiceId)
    .flatMap((note) => note.refunds)
    .filter((each) => idOf(each.refund) === refund.id)
  return refund.amount - sum(linked.map((each) => each.amount_refunded))
}

function issuedNotes(context: Context, invoiceId: string): Stripe.CreditNote[] {
  return [...context.store.where('credit_note', 'invoice', invoiceId)].filter(
    (note) => note.status === 'issued',
  )
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0)
}
