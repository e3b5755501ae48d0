import type Stripe from 'stripe'
import type { Ids } from '../ids.ts'
import { idOf } from '../store/tables.ts'
import { wireDecimal } from '../wire/decimal.ts'

export interface InvoiceLineItemInput {
  invoice: string
  description: string
  /** Null for a bare amount. */
  price: Stripe.Price | null
  currency: string
  quantity: number
  /** What this line charges, in minor units; 0 during a trial, negative for a credit. */
  amountMinor: number
  /** The service period, Unix seconds. */
  period: Stripe.InvoiceLineItem.Period
  subscription: string | null
  source: LineSource
  isDiscountable: boolean
  /** Ids of discounts of this line alone. */
  discounts: readonly string[]
  /** The rates that tax it; the amounts are computed with the whole invoice. */
  taxRates: readonly Stripe.TaxRate[]
  metadata: Stripe.Metadata
}

/** What a line bills: a subscription's item (its period, or a proration within it), or an invoice item on its own. */
export type LineSource =
  | { kind: 'subscription_item'; item: string; invoiceItem: string | null; isProration: boolean }
  | { kind: 'invoice_item'; invoiceItem: string; isProration: boolean }

/** A line without its share of discounts and taxes (billing/invoice-totals.ts fills them in). */
export function buildInvoiceLineItem(ids: Ids, input: InvoiceLineItemInput): Stripe.InvoiceLineItem {
  const { price } = input
  return {
    id: ids.newId('il_'),
    object: 'line_item',
    amount: input.amountMinor,
    currency: input.currency,
    description: input.description,
    discount_amounts: [],
    discountable: input.isDiscountable,
    discounts: [...input.discounts],
    invoice: input.invoice,
    livemode: false,
    metadata: input.metadata,
    parent: parentOf(input),
    period: input.period,
    pretax_credit_amounts: [],
    pricing:
      price === null
        ? null
        : {
            price_details: { price: price.id, product: idOf(price.product) ?? '' },
            type: 'price_details',
            unit_amount_decimal: price.unit_amount_decimal,
          },
    quantity: input.quantity,
    quantity_decimal: wireDecimal(input.quantity),
    subscription: input.subscription,
    subtotal: input.amountMinor,
    taxes: input.taxRates.map((rate) => buildLineTax(rate.id, rate.inclusive, 0, 0)),
  }
}

export function buildLineTax(
  taxRate: string,
  isInclusive: boolean,
  amountMinor: number,
  taxableMinor: number,
  reason: Stripe.InvoiceLineItem.Tax.TaxabilityReason = 'not_available',
): Stripe.InvoiceLineItem.Tax {
  return {
    amount: amountMinor,
    tax_behavior: isInclusive ? 'inclusive' : 'exclusive',
    tax_rate_details: { tax_rate: taxRate },
    taxability_reason: reason,
    taxable_amount: taxableMinor,
    type: 'tax_rate_details',
  }
}

function parentOf({ source, subscription }: InvoiceLineItemInput): Stripe.InvoiceLineItem.Parent {
  const proration = { proration: source.isProration, proration_details: { credited_items: null } }
  if (source.kind === 'subscription_item') {
    return {
      invoice_item_details: null,
      subscription_item_details: {
        ...proration,
        invoice_item: source.invoiceItem,
        subscription,
        subscription_item: source.item,
      },
      type: 'subscription_item_details',
    }
  }
  return {
    invoice_item_details: { ...proration, invoice_item: source.invoiceItem, subscription },
    subscription_item_details: null,
    type: 'invoice_item_details',
  }
}
