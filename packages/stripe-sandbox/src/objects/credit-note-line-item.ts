import type Stripe from 'stripe'
import type { Ids } from '../ids.ts'
import { wireDecimal } from '../wire/decimal.ts'

export interface CreditNoteLineItemInput {
  description: string | null
  /** Before discounts and exclusive taxes, minor units. */
  amountMinor: number
  discountAmounts: Stripe.CreditNoteLineItem.DiscountAmount[]
  taxes: Stripe.CreditNoteLineItem.Tax[]
  taxRates: Stripe.TaxRate[]
  quantity: number | null
  /** Of the invoice's line that is credited; null for one of the credit note's own. */
  invoiceLine: string | null
  metadata: Stripe.Metadata
}

export function buildCreditNoteLineItem(ids: Ids, input: CreditNoteLineItemInput): Stripe.CreditNoteLineItem {
  const { amountMinor, quantity } = input
  const unitMinor = quantity === null || quantity === 0 ? null : amountMinor / quantity
  return {
    id: ids.newId('cnli_'),
    object: 'credit_note_line_item',
    amount: amountMinor,
    description: input.description,
    discount_amount: input.discountAmounts.reduce((sum, { amount }) => sum + amount, 0),
    discount_amounts: input.discountAmounts,
    ...(input.invoiceLine === null ? {} : { invoice_line_item: input.invoiceLine }),
    livemode: false,
    metadata: input.metadata,
    pretax_credit_amounts: [],
    quantity,
    tax_rates: input.taxRates,
    taxes: input.taxes,
    type: input.invoiceLine === null ? 'custom_line_item' : 'invoice_line_item',
    unit_amount: unitMinor !== null && Number.isInteger(unitMinor) ? unitMinor : null,
    unit_amount_decimal: unitMinor === null ? null : wireDecimal(String(Number(unitMinor.toFixed(12)))),
  }
}
