import type Stripe from 'stripe'
import type { Ids } from '../ids.ts'

/** Links the PaymentIntent that is to pay an invoice to it. */
export function buildInvoicePayment(
  ids: Ids,
  input: {
    invoice: Stripe.Invoice
    paymentIntent: string
    created: number
  },
): Stripe.InvoicePayment {
  return {
    id: ids.newId('inpay_'),
    object: 'invoice_payment',
    amount_paid: null,
    amount_requested: input.invoice.amount_remaining,
    created: input.created,
    currency: input.invoice.currency,
    invoice: input.invoice.id,
    is_default: true,
    livemode: false,
    payment: { payment_intent: input.paymentIntent, type: 'payment_intent' },
    status: 'open',
    status_transitions: { canceled_at: null, paid_at: null },
  }
}
