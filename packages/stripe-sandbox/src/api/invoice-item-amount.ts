import type Stripe from 'stripe'
import { exactMinor, roundedMinor } from '../billing/decimal-amount.ts'
import { isRecurring } from '../billing/invoice-lines.ts'
import { lineAmountMinor, productName } from '../billing/prices.ts'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { wireDecimal } from '../wire/decimal.ts'
import { parameterInvalid, parameterMissing, parametersExclusive } from '../wire/error-catalogue.ts'
import { existing } from '../wire/existing.ts'
import { createPrice } from './create-price.ts'
import { sellablePrice } from './sellable-price.ts'

/** A price that is made for this one item. */
export interface PriceData {
  currency: string
  product?: string
  tax_behavior?: Stripe.PriceCreateParams.TaxBehavior
  unit_amount?: number
  unit_amount_decimal?: Stripe.Decimal
}

/** The ways to say what is billed: one of the first four, the middle ones times a quantity. */
export interface AmountParameters {
  amount?: number
  unit_amount_decimal?: Stripe.Decimal
  price_data?: PriceData
  pricing?: { price?: string }
  quantity?: number
}

/** An invoice item that bills what its parameters say. @throws StripeApiError as `changedItem` does. */
export function withAmount(
  context: Context,
  item: Stripe.InvoiceItem,
  parameters: AmountParameters,
  at: (param: string) => string,
): Stripe.InvoiceItem {
  const { amount, unit_amount_decimal: unit, price_data: data, pricing, quantity } = parameters
  checkExclusive(parameters, at)
  if (quantity !== undefined && quantity < 0) {
    throw parameterInvalid(at('quantity'), 'This value must be greater than or equal to 0.')
  }
  if (amount !== undefined) return billed(item, null, amount, 1, wireDecimal(amount))
  const units = quantity ?? item.quantity
  if (data !== undefined) return withInlinePrice(context, item, data, units, at('price_data'))
  if (unit !== undefined) {
    return billed(item, null, unitsMinor(unit, units), units, wireDecimal(String(unit)))
  }
  const priceId = pricing?.price ?? idOf(item.pricing?.price_details?.price)
  if (priceId !== null && (pricing?.price !== undefined || quantity !== undefined)) {
    return withPrice(context, item, pricing?.price, priceId, units, at)
  }
  if (quantity === undefined) return item
  const before = item.pricing?.unit_amount_decimal ?? wireDecimal(item.amount)
  return billed(item, null, unitsMinor(before, quantity), quantity, before)
}

function withPrice(
  context: Context,
  item: Stripe.InvoiceItem,
  named: string | undefined,
  id: string,
  quantity: number,
  at: (param: string) => string,
): Stripe.InvoiceItem {
  const param = at('pricing[price]')
  const price =
    named === undefined ? existing(context, 'price', id, param) : sellablePrice(context, id, param)
  if (isRecurring(price)) {
    throw parameterInvalid(
      param,
      'The price specified is set to `type=recurring` but this field only accepts prices with `type=one_time`.',
    )
  }
  if (price.currency !== item.currency) {
    throw parameterInvalid(
      param,
      `The price specified only supports \`${price.currency}\`. This doesn't match the expected currency: \`${item.currency}\`.`,
    )
  }
  const amountMinor = lineAmountMinor(price, quantity)
  const priced = billed(item, price, amountMinor, quantity, price.unit_amount_decimal)
  return named === undefined ? priced : { ...priced, description: productName(context, price) }
}

/** The price is there afterwards, but nobody else can be sold it. */
function withInlinePrice(
  context: Context,
  item: Stripe.InvoiceItem,
  { product, ...data }: PriceData,
  quantity: number,
  holder: string,
): Stripe.InvoiceItem {
  if (product === undefined) throw parameterMissing(`${holder}[product]`)
  if (data.currency.toLowerCase() !== item.currency) {
    throw parameterInvalid(
      `${holder}[currency]`,
      `The currency must be ${item.currency}, as that of the invoice item is.`,
    )
  }
  const price = createPrice(context, { ...data, product }, { holder, isInline: true })
  const priced = billed(item, price, lineAmountMinor(price, quantity), quantity, price.unit_amount_decimal)
  return { ...priced, description: productName(context, price) }
}

function billed(
  item: Stripe.InvoiceItem,
  price: Stripe.Price | null,
  amountMinor: number,
  quantity: number,
  unitAmountDecimal: Stripe.Decimal | null,
): Stripe.InvoiceItem {
  return {
    ...item,
    amount: amountMinor,
    net_amount: amountMinor,
    pricing: {
      ...(price === null ? {} : { price_details: { price: price.id, product: idOf(price.product) ?? '' } }),
      type: 'price_details',
      unit_amount_decimal: unitAmountDecimal,
    },
    quantity,
    quantity_decimal: wireDecimal(quantity),
  }
}

function checkExclusive(
  { amount, unit_amount_decimal: unit, price_data: data, pricing, quantity }: AmountParameters,
  at: (param: string) => string,
): void {
  const given = { amount, unit_amount_decimal: unit, price_data: data, pricing: pricing?.price }
  const ways = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [at(name)]))
  if (ways.length > 1) throw parametersExclusive(ways)
  if (amount !== undefined && quantity !== undefined) {
    throw parametersExclusive([at('amount'), at('quantity')])
  }
}

/** A unit amount in minor units with its fraction, times a quantity; rounded half away from zero. */
function unitsMinor(unitAmount: Stripe.Decimal, quantity: number): number {
  return roundedMinor(exactMinor(String(unitAmount)) * BigInt(quantity))
}
