import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { buildProduct } from '../objects/product.ts'
import { parameterMissing, parametersExclusive } from '../wire/error-catalogue.ts'
import { existing } from '../wire/existing.ts'
import { createPrice } from './create-price.ts'
import { changedProduct } from './product-changes.ts'
import { checkProductActive } from './sellable-price.ts'

/** A price that is made for one place alone. */
export type PriceData = Pick<
  Stripe.PriceCreateParams,
  'currency' | 'recurring' | 'tax_behavior' | 'unit_amount' | 'unit_amount_decimal'
> & { product?: string; product_data?: ProductData }

/** A product that is made for one place alone. */
type ProductData = Omit<Stripe.Checkout.SessionCreateParams.LineItem.PriceData.ProductData, 'tax_details'>

/** What may be said of such a price, below the item. */
export const priceDataParameters = [
  'price_data.currency',
  'price_data.product',
  'price_data.tax_behavior',
  'price_data.unit_amount',
  'price_data.unit_amount_decimal',
] as const

/** What may be said of a product that is made with its price, below the item. */
export const productDataParameters = [
  'price_data.product_data.description',
  'price_data.product_data.images',
  'price_data.product_data.metadata.*',
  'price_data.product_data.name',
  'price_data.product_data.tax_code',
  'price_data.product_data.unit_label',
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
function inlinePrice(
  context: Context,
  { product: named, product_data: described, ...data }: PriceData,
  holder: string,
): Stripe.Price {
  if (named !== undefined && described !== undefined) {
    throw parametersExclusive([`${holder}[product]`, `${holder}[product_data]`])
  }
  const product = described ? inlineProduct(context, described) : named
  if (product === undefined) throw parameterMissing(`${holder}[product]`)
  if (!described) checkSold(context, product, `${holder}[product]`)
  return createPrice(context, { ...data, product }, { holder, isInline: true })
}

/** Archived from the start, like its price. */
function inlineProduct(context: Context, { name, ...fields }: ProductData): string {
  const blank = buildProduct(context.ids, name, context.clock.now())
  const product = changedProduct({ ...blank, active: false }, fields)
  context.store.put('product', product)
  context.emit('product.created', product)
  return product.id
}

function checkSold(context: Context, id: string, param: string): void {
  checkProductActive(existing(context, 'product', id, param), `A price of product '${id}'`, param)
}
