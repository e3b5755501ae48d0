import type Stripe from 'stripe'
import { isRecurring } from '../billing/invoice-lines.ts'
import { currencyOfPurchase, sellsIn } from '../billing/price-in.ts'
import type { StartLine } from '../billing/start-subscription.ts'
import { isMetered } from '../billing/usage/metered.ts'
import type { Context } from '../context.ts'
import { parameterInvalid, parameterMissing } from '../wire/error-catalogue.ts'
import { existing } from '../wire/existing.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import { checkedCurrency } from './checked-currency.ts'
import { givenPrice } from './inline-price.ts'
import { redemptionsOf } from './redemptions.ts'
import { sellablePrice } from './sellable-price.ts'

/** The items and one-time additions of a new subscription. @throws StripeApiError for what cannot be sold together. */
export function subscriptionLines(
  context: Context,
  parameters: Stripe.SubscriptionCreateParams,
  customer: Stripe.Customer,
): { lines: StartLine[]; currency: string } {
  const items = parameters.items ?? []
  if (items.length === 0) throw parameterMissing('items')
  if (items.length > 20) throw parameterInvalid('items', 'A subscription can have at most 20 items.')
  const currency = currencyOf(context, parameters, customer)
  const recurring = items.map((item, index) => {
    const at = `items[${index}]`
    const price = givenPrice(context, item, at, (id, param) => recurringPrice(context, id, param))
    const buyer = { customer: customer.id, currency, totalMinor: null }
    return {
      price,
      quantity: quantityOf(price, item.quantity, at),
      metadata: mergedMetadata({}, item.metadata || {}),
      taxRates: taxRatesOf(context, item.tax_rates || [], `${at}[tax_rates]`),
      redemptions: redemptionsOf(context, item.discounts || [], buyer, `${at}[discounts]`),
    }
  })
  checkTogether(context, recurring, currency)
  return { lines: [...recurring, ...additions(context, parameters, currency)], currency }
}

/** Told, or that of the first item. */
function currencyOf(
  context: Context,
  { currency, items = [] }: Stripe.SubscriptionCreateParams,
  customer: Stripe.Customer,
): string {
  if (currency !== undefined) return checkedCurrency(currency, 'currency')
  const [first] = items
  if (first?.price_data) return checkedCurrency(first.price_data.currency, 'items[0][price_data][currency]')
  return currencyOfPurchase(context, context.store.get('price', first?.price ?? ''), customer)
}

/** 1 unless told; a metered price has none, which is 0 here. */
export function quantityOf(price: Stripe.Price, given: number | undefined, at: string): number {
  if (!isMetered(price)) return given ?? 1
  if (given === undefined) return 0
  throw parameterInvalid(
    `${at}[quantity]`,
    'You cannot set a quantity for a price with `usage_type=metered`.',
  )
}

export function recurringPrice(context: Context, id: string, param: string): Stripe.Price {
  const price = sellablePrice(context, id, param)
  if (isRecurring(price)) return price
  throw parameterInvalid(
    param,
    'The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`.',
  )
}

export function taxRatesOf(context: Context, ids: readonly string[], param: string): Stripe.TaxRate[] {
  return ids.map((id, index) => {
    const rate = existing(context, 'tax_rate', id, `${param}[${index}]`)
    if (!rate.active) throw parameterInvalid(`${param}[${index}]`, `The tax rate ${id} is not active.`)
    return rate
  })
}

function additions(
  context: Context,
  { add_invoice_items: added }: Stripe.SubscriptionCreateParams,
  currency: string,
): StartLine[] {
  return (added ?? []).map((item, index) => {
    const at = `add_invoice_items[${index}][price]`
    const price = givenPrice(context, item, `add_invoice_items[${index}]`, (id, param) =>
      sellablePrice(context, id, param),
    )
    if (isRecurring(price)) throw parameterInvalid(at, 'This field only accepts prices with `type=one_time`.')
    if (!sellsIn(context, price, currency)) {
      throw parameterInvalid(at, `The price must be in ${currency}, as the subscription is.`)
    }
    return {
      price,
      quantity: item.quantity ?? 1,
      metadata: mergedMetadata({}, item.metadata),
      taxRates: taxRatesOf(context, item.tax_rates || [], `add_invoice_items[${index}][tax_rates]`),
    }
  })
}

function checkTogether(context: Context, lines: readonly StartLine[], currency: string): void {
  const repeated = lines.find(({ price }, n) => lines.findIndex((line) => line.price.id === price.id) < n)
  if (repeated) {
    throw parameterInvalid(
      'items',
      `Cannot add multiple subscription items with the same plan: ${repeated.price.id}`,
    )
  }
  const other = lines.find((line) => !sellsIn(context, line.price, currency))
  if (other) {
    throw parameterInvalid(
      'items',
      `All prices of a subscription must have one currency: price '${other.price.id}' is in ${other.price.currency}, not ${currency}.`,
    )
  }
}
