import type Stripe from 'stripe'
import type { Ids } from '../ids.ts'
import { idOf } from '../store/tables.ts'
import { wireDecimal } from '../wire/decimal.ts'

export interface InvoiceLineItemInput {
  invoice: string
  description: string
  price: Stripe.Price
  quantity: number
  /** What this line charges, in minor units; 0 during a trial. */
  amountMinor: number
  /** The service period, Unix seconds. */
  period: Stripe.InvoiceLineItem.Period
  subscription: string | null
  /** The item that a recurring line bills; null for a one-time line. */
  subscriptionItem: string | null
  metadata: Stripe.Metadata
}

export function buildInvoiceLineItem(ids: Ids, input: InvoiceLineItemInput): Stripe.InvoiceLineItem {
  return {
    id: ids.newId('il_'),
    object: 'line_item',
    amount: input.amountMinor,
    currency: input.price.currency,
    description: input.description,
    discount_amounts: [],
    discountable: true,
    discounts: [],
    invoice: input.invoice,
    livemode: false,
    metadata: input.metadata,
    parent: parentOf(ids, input),
    period: input.period,
    pretax_credit_amounts: [],
    pricing: {
      price_details: { price: input.price.id, product: idOf(input.price.product) ?? '' },
      type: 'price_details',
      unit_amount_decimal: input.price.unit_amount_decimal,
    },
    quantity: input.quantity,
    quantity_decimal: wireDecimal(input.quantity),
    subscription: input.subscription,
    subtotal: input.amountMinor,
    taxes: [],
  }
}

function parentOf(ids: Ids, input: InvoiceLineItemInput): Stripe.InvoiceLineItem.Parent {
  if (input.subscriptionItem !== null) {
    return {
      invoice_item_details: null,
      subscription_item_details: {
        invoice_item: null,
        proration: false,
        proration_details: { credited_items: null },
        subscription: input.subscription,
        subscription_item: input.subscriptionItem,
      },
      type: 'subscription_item_details',
    }
  }
  return {
    invoice_item_details: {
      invoice_item: ids.newId('ii_'),
      proration: false,
      proration_details: { credited_items: null },
      subscription: input.subscription,
    },
    subscription_item_details: null,
    type: 'invoice_item_details',
  }
}
