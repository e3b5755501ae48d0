import type Stripe from 'stripe'
import { isRecurring } from '../billing/invoice-lines.ts'
import { priceIn, sellsIn } from '../billing/price-in.ts'
import { lineAmountMinor, productName } from '../billing/prices.ts'
import { isMetered } from '../billing/usage/metered.ts'
import type { Context } from '../context.ts'
import { buildLineItem } from '../objects/line-item.ts'
import { parameterInvalid } from '../wire/error-catalogue.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import { givenPrice } from './inline-price.ts'
import { sellablePrice } from './sellable-price.ts'
import { quantityOf, taxRatesOf } from './subscription-lines.ts'

/** The lines of a new session. @throws StripeApiError when a price cannot be sold, or not in this mode. */
export function checkoutLineItems(
  context: Context,
  parameters: Stripe.Checkout.SessionCreateParams,
  mode: 'payment' | 'subscription' | 'setup',
  currency: string,
): Stripe.LineItem[] {
  const lines = (parameters.line_items ?? []).map((line, index) => {
    const price = givenPrice(context, line, `line_items[${index}]`, (id, param) =>
      sellablePrice(context, id, param),
    )
    if (!sellsIn(context, price, currency)) {
      throw parameterInvalid(
        'line_items',
        `All prices of a Checkout Session must have one currency: price '${price.id}' is in ${price.currency}, not ${currency}.`,
      )
    }
    taxRatesOf(context, line.tax_rates ?? [], `line_items[${index}][tax_rates]`)
    if (isMetered(price)) {
      quantityOf(price, line.quantity, `line_items[${index}]`)
      return meteredLine(context, price, currency, mergedMetadata({}, line.metadata))
    }
    if (line.quantity === undefined) {
      throw parameterInvalid(
        `line_items[${index}][quantity]`,
        `Quantity is required. Add \`quantity\` to \`line_items[${index}]\``,
      )
    }
    if (line.quantity < 1) {
      throw parameterInvalid(
        `line_items[${index}][quantity]`,
        'This value must be greater than or equal to 1.',
      )
    }
    const sold = priceIn(context, price, currency)
    if (sold.custom_unit_amount) checkCustom(parameters, mode, index)
    return buildLineItem(context.ids, {
      price,
      quantity: line.quantity,
      currency,
      amountMinor: sold.custom_unit_amount
        ? (sold.custom_unit_amount.preset ?? 0)
        : lineAmountMinor(sold, line.quantity),
      productName: productName(context, price),
      metadata: mergedMetadata({}, line.metadata),
    })
  })
  checkMix(lines, mode)
  return lines
}

/** An amount that the buyer chooses is the whole purchase: one piece, once, beside nothing else and without a discount. */
function checkCustom(
  parameters: Stripe.Checkout.SessionCreateParams,
  mode: 'payment' | 'subscription' | 'setup',
  index: number,
): void {
  const refuse = (param: string, what: string): never => {
    throw parameterInvalid(param, `A price with \`custom_unit_amount\` ${what}.`)
  }
  if (mode !== 'payment') refuse('mode', 'can only be used in `payment` mode')
  if ((parameters.line_items?.length ?? 0) > 1) refuse('line_items', 'must be the only line item')
  if (parameters.line_items?.[index]?.quantity !== 1) {
    refuse(`line_items[${index}][quantity]`, 'can only be bought with a quantity of 1')
  }
  if (parameters.discounts?.length) refuse('discounts', 'cannot be discounted')
  if (parameters.allow_promotion_codes) refuse('allow_promotion_codes', 'cannot be used with promotion codes')
}

/** What is used is paid later: nothing is due now. */
function meteredLine(
  context: Context,
  price: Stripe.Price,
  currency: string,
  metadata: Stripe.Metadata,
): Stripe.LineItem {
  return buildLineItem(context.ids, {
    price,
    quantity: null,
    currency,
    amountMinor: 0,
    productName: productName(context, price),
    metadata,
  })
}

function checkMix(lines: readonly Stripe.LineItem[], mode: 'payment' | 'subscription' | 'setup'): void {
  const prices = lines.flatMap((line) => line.price ?? [])
  const recurring = prices.filter(isRecurring)
  if (mode === 'payment' && recurring.length > 0) {
    throw parameterInvalid(
      'line_items',
      'You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use only one-time prices.',
    )
  }
  if (mode === 'subscription' && recurring.length === 0) {
    throw parameterInvalid(
      'line_items',
      'You must provide at least one recurring price in `subscription` mode when using prices.',
    )
  }
  const isTooMany =
    mode === 'payment' ? prices.length > 100 : recurring.length > 20 || prices.length - recurring.length > 20
  if (isTooMany) {
    throw parameterInvalid(
      'line_items',
      mode === 'payment'
        ? 'You can pass at most 100 line items in `payment` mode.'
        : 'You can pass at most 20 recurring and 20 one-time line items in `subscription` mode.',
    )
  }
}
