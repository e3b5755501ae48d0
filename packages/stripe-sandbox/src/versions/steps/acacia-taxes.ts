import type Stripe from 'stripe'

/** Taxes as acacia had them: a flag for inclusive, the rate's id beside the amount. */
type Tax =
  | Stripe.CreditNote.TotalTax
  | Stripe.CreditNoteLineItem.Tax
  | Stripe.Invoice.TotalTax
  | Stripe.InvoiceLineItem.Tax

export function oldTaxes(taxes: readonly Tax[]): object[] {
  return taxes.map((tax) => ({
    amount: tax.amount,
    inclusive: tax.tax_behavior === 'inclusive',
    tax_rate: tax.tax_rate_details?.tax_rate ?? null,
    taxability_reason: tax.taxability_reason === 'not_available' ? null : tax.taxability_reason,
    taxable_amount: tax.taxable_amount,
  }))
}
