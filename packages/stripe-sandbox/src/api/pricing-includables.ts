import type Stripe from 'stripe'
import { priceIn } from '../billing/price-in.ts'
import type { LineTax, LineTotals } from '../billing/totals.ts'
import type { Context } from '../context.ts'
import { buildTier } from '../objects/price-tier.ts'
import type { Includables } from './includables.ts'

/** What prices, coupons, promotion codes and the amounts of Checkout sessions show only when it is asked for. */
export const pricingIncludables: Includables = {
  'checkout.session.total_details.breakdown': (context, { id }) => {
    const amounts = context.store.get('checkout_amounts', id)
    return {
      discounts: shownDiscounts(context, amounts?.discounts ?? []),
      taxes: shownTaxes(context, amounts?.taxes ?? []),
    }
  },
  'item.discounts': (context, { id }) => shownDiscounts(context, lineAmounts(context, id).discountAmounts),
  'item.taxes': (context, { id }) => shownTaxes(context, lineAmounts(context, id).taxes),
  'price.tiers': ({ store }, { id }) => store.get('price_scope', id)?.tiers?.map(buildTier),
  'plan.tiers': ({ store }, { id }) => store.get('price_scope', id)?.tiers?.map(buildTier),
  'price.currency_options': currencyOptions,
  'coupon.applies_to': ({ store }, { id }) => {
    const products = store.get('coupon_scope', id)?.products
    return products ? { products } : undefined
  },
  'coupon.currency_options': ({ store }, { id }) => {
    const amounts = store.get('coupon_scope', id)?.amountsOffMinor
    return amounts ? byCurrency(amounts, (amountOff) => ({ amount_off: amountOff })) : undefined
  },
  'promotion_code.restrictions.currency_options': ({ store }, { id }) => {
    const { minimum_amount: own, minimum_amount_currency: currency } =
      store.get('promotion_code', id)?.restrictions ?? {}
    if (own == null || currency == null) return undefined
    const others = store.get('promotion_code_scope', id)?.minimumsMinor
    return byCurrency({ [currency]: own, ...others }, (minimum) => ({ minimum_amount: minimum }))
  },
}

/** Every currency that a price sells in, its own among them. */
function currencyOptions({ store }: Context, { id }: { id: string }): object | undefined {
  const price = store.get('price', id)
  const options = store.get('price_scope', id)?.options ?? {}
  if (price === undefined) return undefined
  const own: Stripe.Price.CurrencyOptions = {
    custom_unit_amount: price.custom_unit_amount,
    tax_behavior: price.tax_behavior,
    unit_amount: price.unit_amount,
    unit_amount_decimal: price.unit_amount_decimal,
  }
  const others = Object.entries(options).map(([currency, terms]) => {
    const { custom_unit_amount, unit_amount, unit_amount_decimal } = priceIn({ store }, price, currency)
    return [
      currency,
      {
        custom_unit_amount,
        tax_behavior: terms.taxBehavior,
        unit_amount,
        unit_amount_decimal,
      } satisfies typeof own,
    ]
  })
  return Object.fromEntries([[price.currency, own], ...others])
}

function byCurrency(amounts: Record<string, number>, option: (amountMinor: number) => object): object {
  return Object.fromEntries(Object.entries(amounts).map(([currency, amount]) => [currency, option(amount)]))
}

function lineAmounts({ store }: Context, id: string): LineTotals {
  const [amounts] = store.where('checkout_amounts', 'line', id)
  return amounts?.lines.find((line) => line.id === id) ?? { discountAmounts: [], taxes: [] }
}

function shownDiscounts(
  { store }: Context,
  amounts: LineTotals['discountAmounts'],
): Stripe.LineItem.Discount[] {
  return amounts.flatMap(({ discount: id, amountMinor }) => {
    const discount = store.get('discount', id)
    return discount ? [{ amount: amountMinor, discount }] : []
  })
}

function shownTaxes({ store }: Context, taxes: readonly LineTax[]): Stripe.LineItem.Tax[] {
  return taxes.flatMap((tax) => {
    const rate = store.get('tax_rate', tax.taxRate)
    return rate
      ? [{ amount: tax.amountMinor, rate, taxability_reason: null, taxable_amount: tax.taxableMinor }]
      : []
  })
}
