import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { parameterInvalid } from '../wire/error-catalogue.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import { type AmountParameters, withAmount } from './invoice-item-amount.ts'
import { ownDiscounts } from './own-discounts.ts'
import { taxRatesOf } from './subscription-lines.ts'

/** What an invoice item and a line of a draft can be told alike: the parameters that say what is billed. */
export interface ItemParameters extends AmountParameters {
  description?: string
  discounts?: Stripe.Emptyable<{ coupon?: string; discount?: string; promotion_code?: string }[]>
  discountable?: boolean
  metadata?: Stripe.Emptyable<Stripe.MetadataParam>
  period?: { start: number; end: number }
  tax_rates?: Stripe.Emptyable<string[]>
}

export const itemParameters = [
  'amount',
  'description',
  'discountable',
  'discounts.coupon',
  'discounts.discount',
  'discounts.promotion_code',
  'metadata.*',
  'period.end',
  'period.start',
  'price_data.currency',
  'price_data.product',
  'price_data.tax_behavior',
  'price_data.unit_amount',
  'price_data.unit_amount_decimal',
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
  const customer = idOf(item.customer)
  const discountable = parameters.discountable ?? (billed.discountable && !isCredit)
  if (discountable && item.proration) {
    throw parameterInvalid(at('discountable'), 'Prorations cannot be discountable.')
  }
  return {
    ...billed,
    description: parameters.description ?? billed.description,
    discountable,
    discounts: ownDiscounts(context, parameters.discounts, billed.discounts ?? [], {
      buyer: { customer, currency: item.currency, totalMinor: null },
      place: { customer, invoiceItem: item.id },
      param: at('discounts'),
    }),
    metadata: mergedMetadata(item.metadata ?? {}, parameters.metadata),
    period: periodOf(parameters, item.period, at),
    tax_rates:
      parameters.tax_rates === undefined
        ? item.tax_rates
        : taxRatesOf(context, parameters.tax_rates || [], at('tax_rates')),
  }
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
