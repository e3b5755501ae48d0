import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { checkCard } from './check-card.ts'
import { intentToPay } from './collect-invoice.ts'
import { type InvoiceAdjustment, invoiceAdjustments } from './invoice-adjustments.ts'
import { debitOfInvoice, paymentOfIntent } from './invoice-states.ts'
import { type CardInput, declined, type PaymentOutcome } from './outcomes.ts'
import { pageUrls } from './page-urls.ts'
import { saveCard } from './payment-methods.ts'
import { payIntent } from './settle-payment.ts'

/** An invoice and what its reader is to be told beside it. */
export interface HostedInvoice {
  invoice: Stripe.Invoice
  /** What paid it, or failed to, newest first. */
  charges: Stripe.Charge[]
  /** Issued, oldest first. */
  creditNotes: Stripe.CreditNote[]
  /** Its discounts and taxes by their names. */
  adjustments: InvoiceAdjustment[]
  /** A bank has been asked for the money and has not answered yet: nobody is to pay meanwhile. */
  isBeingDebited: boolean
}

/** Undefined: no such invoice, or still a draft. */
export function readHostedInvoice(context: Context, invoiceId: string): HostedInvoice | undefined {
  const { store } = context
  const invoice = store.get('invoice', invoiceId)
  if (invoice === undefined || invoice.status === 'draft') return undefined
  const charges = [...store.where('invoice_payment', 'invoice', invoiceId)].flatMap((payment) => [
    ...store.where('charge', 'payment_intent', idOf(payment.payment.payment_intent) ?? ''),
  ])
  const creditNotes = [...store.where('credit_note', 'invoice', invoiceId)]
    .filter((note) => note.status === 'issued')
    .reverse()
  return {
    invoice,
    charges,
    creditNotes,
    adjustments: invoiceAdjustments(context, invoice),
    isBeingDebited: debitOfInvoice(context, invoiceId) !== undefined,
  }
}

/** The Pay button of the hosted invoice page. Its writes must be kept for every outcome. */
export function payHostedInvoice(context: Context, invoiceId: string, card: CardInput): PaymentOutcome {
  const invoice = context.store.get('invoice', invoiceId)
  if (invoice === undefined) return { outcome: 'closed', reason: 'unknown' }
  if (invoice.status !== 'open') {
    return { outcome: 'closed', reason: invoice.status === 'paid' ? 'complete' : 'expired' }
  }
  if (debitOfInvoice(context, invoiceId)) return { outcome: 'closed', reason: 'complete' }
  const checked = checkCard(card, context.clock.nowMs())
  if ('code' in checked) return declined(checked)
  const paymentMethod = saveCard(context, checked, {
    email: invoice.customer_email,
    name: invoice.customer_name,
  })
  const attempt = payIntent(context, intentToPay(context, invoice), paymentMethod, {
    offSession: false,
    returnUrl: pageUrls.invoice(context.origin, invoiceId),
  })
  switch (attempt.outcome) {
    case 'succeeded':
    case 'authorized':
    case 'processing':
      return { outcome: 'complete' }
    case 'declined':
      return declined(attempt.decline)
    case 'requires_action':
      return { outcome: 'requires_action', authenticationId: attempt.authenticationId }
  }
}

/** What a receipt shows. Undefined: no such charge, or it never succeeded. */
export function readReceipt(
  context: Context,
  chargeId: string,
): { charge: Stripe.Charge; hosted: HostedInvoice | null; refunds: Stripe.Refund[] } | undefined {
  const charge = context.store.get('charge', chargeId)
  if (charge?.status !== 'succeeded') return undefined
  const payment = paymentOfIntent(context, idOf(charge.payment_intent) ?? '')
  return {
    charge,
    hosted: readHostedInvoice(context, idOf(payment?.invoice) ?? '') ?? null,
    refunds: [...context.store.where('refund', 'charge', chargeId)].reverse(),
  }
}
