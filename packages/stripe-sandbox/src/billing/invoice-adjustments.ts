import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'

/** One row between an invoice's subtotal and its total. */
export interface InvoiceAdjustment {
  /** `SAVE10`, `VAT (19% included)`. */
  label: string
  /** Minor units; negative for a discount. */
  amountMinor: number
}

/** The discounts and taxes of an invoice, each by its name. */
export function invoiceAdjustments(context: Context, invoice: Stripe.Invoice): InvoiceAdjustment[] {
  const discounts = (invoice.total_discount_amounts ?? []).map(({ discount, amount }) => ({
    label: discountName(context, idOf(discount) ?? ''),
    amountMinor: -amount,
  }))
  const taxes = (invoice.total_taxes ?? []).map(({ amount, tax_rate_details: details }) => ({
    label: taxName(context.store.get('tax_rate', details?.tax_rate ?? '')),
    amountMinor: amount,
  }))
  return [...discounts.filter(({ amountMinor }) => amountMinor !== 0), ...taxes]
}

/** What the buyer typed, or else the coupon's name. */
export function discountName({ store }: Context, id: string): string {
  const discount = store.get('discount', id)
  const code = store.get('promotion_code', idOf(discount?.promotion_code) ?? '')
  const coupon = store.get('coupon', idOf(discount?.source.coupon) ?? '')
  return code?.code ?? coupon?.name ?? coupon?.id ?? 'Discount'
}

/** `VAT (19% included)`, `Sales tax (8.25%)`. */
export function taxName(rate: Stripe.TaxRate | undefined): string {
  if (rate === undefined) return 'Tax'
  return `${rate.display_name} (${rate.percentage}%${rate.inclusive ? ' included' : ''})`
}
