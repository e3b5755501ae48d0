import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { buildTier, wholeMinor } from '../objects/price-tier.ts'
import { wireDecimal } from '../wire/decimal.ts'

/**
 * A price as it is billed in a currency that it sells in: with the amounts of that currency, and with its tiers, which the
 * stored price does not show. For computing; what is stored and answered keeps the price itself.
 */
export function priceIn(
  { store }: Pick<Context, 'store'>,
  price: Stripe.Price,
  currency: string,
): Stripe.Price {
  const scope = store.get('price_scope', price.id)
  if (currency === price.currency) {
    return scope?.tiers ? { ...price, tiers: scope.tiers.map(buildTier) } : price
  }
  const terms = scope?.options[currency]
  if (terms === undefined) throw new Error(`price ${price.id} is not sold in ${currency}`)
  return {
    ...price,
    currency,
    custom_unit_amount: terms.customUnitAmount ?? null,
    unit_amount: wholeMinor(terms.unitAmountDecimal),
    unit_amount_decimal: terms.unitAmountDecimal === null ? null : wireDecimal(terms.unitAmountDecimal),
    ...(terms.tiers ? { tiers: terms.tiers.map(buildTier) } : {}),
  }
}

export function sellsIn({ store }: Pick<Context, 'store'>, price: Stripe.Price, currency: string): boolean {
  return price.currency === currency || store.get('price_scope', price.id)?.options[currency] !== undefined
}

/** The currency of a purchase that names none: the customer's, where the first price sells in it; else that price's own. */
export function currencyOfPurchase(
  context: Pick<Context, 'store'>,
  price: Stripe.Price | undefined,
  customer: Stripe.Customer | null,
): string {
  const wanted = customer?.currency
  if (price === undefined) return wanted ?? 'usd'
  return wanted && sellsIn(context, price, wanted) ? wanted : price.currency
}
