import type Stripe from 'stripe'
import type { Ids } from '../ids.ts'
import { unexpanded } from './subscription-item.ts'

/** One line of a Checkout session. */
export function buildLineItem(
  ids: Ids,
  input: {
    price: Stripe.Price
    /** Null for a metered price. */
    quantity: number | null
    currency: string
    /** In minor units. */
    amountMinor: number
    productName: string
    metadata: Stripe.Metadata
  },
): Stripe.LineItem {
  return {
    id: ids.newId('li_'),
    object: 'item',
    adjustable_quantity: null,
    amount_discount: 0,
    amount_subtotal: input.amountMinor,
    amount_tax: 0,
    amount_total: input.amountMinor,
    currency: input.currency,
    description: input.productName,
    metadata: input.metadata,
    price: unexpanded(input.price),
    quantity: input.quantity,
  }
}
