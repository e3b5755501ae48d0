import type Stripe from 'stripe'
import type { Past } from '../step.ts'
import { oldTaxes } from './acacia-taxes.ts'
import { firstDiscount } from './first-discount.ts'

/** An invoice that belongs to at most one subscription, is paid by at most one payment intent and says so itself. */
export function oldInvoice(invoice: Stripe.Invoice, past: Past): object {
  const details = invoice.parent?.subscription_details
  const { paymentIntent, charge } = past.paymentOf(invoice.id)
  const taxes = invoice.total_taxes ?? []
  return {
    ...invoice,
    application_fee_amount: null,
    charge,
    discount: firstDiscount(invoice.discounts, past),
    paid: invoice.status === 'paid',
    paid_out_of_band: (invoice.amount_paid_off_stripe ?? 0) > 0,
    payment_intent: paymentIntent,
    quote: invoice.parent?.quote_details?.quote ?? null,
    subscription: details?.subscription ?? null,
    subscription_details: details ? { metadata: details.metadata } : null,
    ...(details?.subscription_proration_date === undefined
      ? {}
      : { subscription_proration_date: details.subscription_proration_date }),
    tax: taxes.length === 0 ? null : taxes.reduce((sum, tax) => sum + tax.amount, 0),
    total_tax_amounts: oldTaxes(taxes),
    transfer_data: null,
  }
}
