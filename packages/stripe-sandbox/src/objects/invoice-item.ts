import type Stripe from 'stripe'
import type { Ids } from '../ids.ts'
import { idOf } from '../store/tables.ts'
import { wireDecimal } from '../wire/decimal.ts'

export interface InvoiceItemInput {
  customer: Stripe.Customer
  amountMinor: number
  currency: string
  description: string | null
  /** Unix seconds. */
  date: number
  period: Stripe.InvoiceItem.Period
  /** Null for a bare amount. */
  price: Stripe.Price | null
  unitAmountDecimal: Stripe.Decimal | null
  quantity: number
  subscription: string | null
  subscriptionItem: string | null
  isProration: boolean
  isDiscountable: boolean
  /** The lines whose unused time a proration credits. */
  creditedItems?: Stripe.InvoiceItem.ProrationDetails.CreditedItems | null
  discounts?: readonly string[]
  taxRates?: readonly Stripe.TaxRate[]
  metadata: Stripe.Metadata
}

/** Something that waits for the customer's next invoice. */
export function buildInvoiceItem(ids: Ids, input: InvoiceItemInput): Stripe.InvoiceItem {
  const { customer, price } = input
  return {
    id: ids.newId('ii_'),
    object: 'invoiceitem',
    amount: input.amountMinor,
    currency: input.currency,
    customer: customer.id,
    customer_account: null,
    date: input.date,
    description: input.description,
    discountable: input.isDiscountable,
    discounts: [...(input.discounts ?? [])],
    invoice: null,
    livemode: false,
    metadata: input.metadata,
    net_amount: input.amountMinor,
    parent:
      input.subscription === null
        ? null
        : {
            subscription_details: {
              subscription: input.subscription,
              ...(input.subscriptionItem === null ? {} : { subscription_item: input.subscriptionItem }),
            },
            type: 'subscription_details',
          },
    period: input.period,
    pricing: {
      ...(price === null ? {} : { price_details: { price: price.id, product: idOf(price.product) ?? '' } }),
      type: 'price_details',
      unit_amount_decimal: input.unitAmountDecimal,
    },
    proration: input.isProration,
    proration_details: { credited_items: input.creditedItems ?? null, discount_amounts: [] },
    quantity: input.quantity,
    quantity_decimal: wireDecimal(input.quantity),
    tax_rates: [...(input.taxRates ?? [])],
    test_clock: idOf(customer.test_clock),
  }
}
