import type Stripe from 'stripe'
import { isRecurring } from '../billing/invoice-lines.ts'
import { lineAmountMinor, productName } from '../billing/prices.ts'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { wireDecimal } from '../wire/decimal.ts'
import { parameterInvalid, parametersExclusive } from '../wire/error-catalogue.ts'
import { existing } from '../wire/existing.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import { sellablePrice } from './sellable-price.ts'
import { taxRatesOf } from './subscription-lines.ts'

/** What an invoice item and a line of a draft can be told alike: the parameters that say what is billed. */
export interface ItemParameters {
  amount?: number
  unit_amount_decimal?: Stripe.Decimal
  pricing?: { price?: string }
  quantity?: number
  description?: string
  discountable?: boolean
  metadata?: Stripe.Emptyable<Stripe.MetadataParam>
  period?: { start: number; end: number }
  tax_rates?: Stripe.Emptyable<string[]>
}

export const itemParameters = [
  'amount',
  'description',
  'discountable',
  'metadata.*',
  'period.end',
  'period.start',
  'pricing.price',
  'quantity',
  'tax_rates',
] as const

/** `itemParameters` below another parameter. */
export function itemParametersIn(holder: string): string[] {
  return itemParameters.map((name) => `${holder}.${name}`)
}

/**
 * An invoice item after an update. What is billed is one of: an amount, a unit amount with a quantity, a price with a quantity.
 * @param at how the parameters are called in errors: `(param) => 'lines[0][param]'`.
 * @throws StripeApiError for contradictions, prices that cannot be sold once, and another currency than the item's.
 */
export function changedItem(
  context: Context,
  item: Stripe.InvoiceItem,
  parameters: ItemParameters,
  at: (param: string) => string = (param) => param,
): Stripe.InvoiceItem {
  const billed = withAmount(context, item, parameters, at)
  const isCredit = billed.amount < 0
  const discountable = parameters.discountable ?? (billed.discountable && !isCredit)
  if (discountable && item.proration) {
    throw parameterInvalid(at('discountable'), 'Prorations cannot be discountable.')
  }
  return {
    ...billed,
    description: parameters.description ?? billed.description,
    discountable,
    metadata: mergedMetadata(item.metadata ?? {}, parameters.metadata),
    period: periodOf(parameters, item.period, at),
    tax_rates:
      parameters.tax_rates === undefined
        ? item.tax_rates
        : taxRatesOf(context, parameters.tax_rates || [], at('tax_rates')),
  }
}

function withAmount(
  context: Context,
  item: Stripe.InvoiceItem,
  parameters: ItemParameters,
  at: (param: string) => string,
): Stripe.InvoiceItem {
  const { amount, unit_amount_decimal: unit, pricing, quantity } = parameters
  checkExclusive(parameters, at)
  if (quantity !== undefined && quantity < 0) {
    throw parameterInvalid(at('quantity'), 'This value must be greater than or equal to 0.')
  }
  if (amount !== undefined) return billed(item, null, amount, 1, wireDecimal(amount))
  const units = quantity ?? item.quantity
  if (unit !== undefined) {
    return billed(item, null, unitsMinor(String(unit), units), units, wireDecimal(String(unit)))
  }
  const priceId = pricing?.price ?? idOf(item.pricing?.price_details?.price)
  if (priceId !== null && (pricing?.price !== undefined || quantity !== undefined)) {
    return withPrice(context, item, pricing?.price, priceId, units, at)
  }
  if (quantity === undefined) return item
  const before = item.pricing?.unit_amount_decimal ?? wireDecimal(item.amount)
  return billed(item, null, unitsMinor(String(before), quantity), quantity, before)
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
  { amount, unit_amount_decimal: unit, pricing, quantity }: ItemParameters,
  at: (param: string) => string,
): void {
  const given = { amount, unit_amount_decimal: unit, pricing: pricing?.price }
  const ways = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [at(name)]))
  if (ways.length > 1) throw parametersExclusive(ways)
  if (amount !== undefined && quantity !== undefined) {
    throw parametersExclusive([at('amount'), at('quantity')])
  }
}

/** A decimal unit amount, in minor units with up to 12 decimals, times a quantity; rounded half away from zero. */
function unitsMinor(unitAmount: string, quantity: number): number {
  const [whole = '0', fraction = ''] = unitAmount.replace('-', '').split('.')
  const scale = 10n ** BigInt(fraction.length)
  const scaled = BigInt(`${whole}${fraction}`) * BigInt(quantity)
  const minor = Number((2n * scaled + scale) / (2n * scale))
  return unitAmount.startsWith('-') && minor !== 0 ? -minor : minor
}

function periodOf(
  { period }: ItemParameters,
  kept: Stripe.InvoiceItem.Period,
  at: (param: string) => string,
): Stripe.InvoiceItem.Period {
  if (period === undefined) return kept
  if (period.end < period.start) {
    throw parameterInvalid(at('period'), 'The period end must be greater than or equal to the period start.')
  }
  return { end: period.end, start: period.start }
}
