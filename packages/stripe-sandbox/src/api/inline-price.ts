import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { parameterMissing, parametersExclusive } from '../wire/error-catalogue.ts'
import { existing } from '../wire/existing.ts'
import { createPrice } from './create-price.ts'
import { checkProductActive } from './sellable-price.ts'

/** A price that is made for one place alone. */
export type PriceData = Pick<
  Stripe.PriceCreateParams,
  'currency' | 'recurring' | 'tax_behavior' | 'unit_amount' | 'unit_amount_decimal'
> & { product: string }

/** What may be said of such a price, below the item. */
export const priceDataParameters = [
  'price_data.currency',
  'price_data.product',
  'price_data.tax_behavior',
  'price_data.unit_amount',
  'price_data.unit_amount_decimal',
] as const

/** The same of one that is paid again and again. */
export const recurringPriceDataParameters = [
  ...priceDataParameters,
  'price_data.recurring.interval',
  'price_data.recurring.interval_count',
] as const

/**
 * The price that an item names, or has made for itself.
 * @param at where the item stands, for errors: `items[0]`.
 * @param named reads a price by its id.
 */
export function givenPrice(
  context: Context,
  { price, price_data: data }: { price?: string; price_data?: PriceData },
  at: string,
  named: (id: string, param: string) => Stripe.Price,
): Stripe.Price {
  if (price !== undefined && data !== undefined) {
    throw parametersExclusive([`${at}[price]`, `${at}[price_data]`])
  }
  if (data !== undefined) return inlinePrice(context, data, `${at}[price_data]`)
  if (price === undefined) throw parameterMissing(`${at}[price]`)
  return named(price, `${at}[price]`)
}

/** The price is there afterwards, but inactive: nobody else can be sold it. */
function inlinePrice(context: Context, data: PriceData, holder: string): Stripe.Price {
  const param = `${holder}[product]`
  const product = existing(context, 'product', data.product, param)
  checkProductActive(product, `A price of product '${product.id}'`, param)
  return createPrice(context, { ...data, active: false }, holder)
}
