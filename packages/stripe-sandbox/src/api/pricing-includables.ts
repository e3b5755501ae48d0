import type { Includables } from './includables.ts'

/** What coupons and promotion codes show only when it is asked for. */
export const pricingIncludables: Includables = {
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

function byCurrency(amounts: Record<string, number>, option: (amountMinor: number) => object): object {
  return Object.fromEntries(Object.entries(amounts).map(([currency, amount]) => [currency, option(amount)]))
}
