import type { Plan, Product } from './api/endpoints.ts'
import { monthsOf } from './billing-period.ts'

/** A plan as the pricing page shows it. */
export interface Offer {
  planId: number
  name: string
  description: string | null
  priceId: string
  amountMinor: number
  currency: string
  interval: string
  intervalCount: number | null
  features: string[]
  /** For a plan of several months: what it comes to in one, and what it saves against the same product by the month. */
  perMonth: { monthlyAmountMinor: number; savingPercent: number | null } | null
}

/**
 * Plans know name, features and price; products know the currency and which prices belong together. A plan whose product is
 * not on offer (any more) has no currency and is left out. Those of longer periods come later, cheaper ones first.
 */
export function offersOf(plans: Plan[], products: Product[]): Offer[] {
  return plans
    .filter((plan) => plan.is_active)
    .flatMap((plan) => {
      const product = products.find(({ prices }) => prices.some(({ id }) => id === plan.stripe_price_id))
      const price = product?.prices.find(({ id }) => id === plan.stripe_price_id)
      if (product === undefined || price === undefined) return []
      return [
        {
          planId: plan.id,
          name: plan.name,
          description: product.description,
          priceId: plan.stripe_price_id,
          amountMinor: plan.price,
          currency: price.currency,
          interval: plan.interval,
          intervalCount: plan.interval_count,
          features: plan.features,
          perMonth: perMonth(plan, price.currency, product),
        },
      ]
    })
    .sort((a, b) => length(a) - length(b) || a.amountMinor - b.amountMinor)
}

function perMonth(plan: Plan, currency: string, product: Product): Offer['perMonth'] {
  const months = monthsOf(plan.interval, plan.interval_count)
  if (months === null || months === 1) return null
  const monthly = product.prices.find(
    ({ recurring, ...price }) =>
      price.currency === currency &&
      recurring !== null &&
      monthsOf(recurring.interval, recurring.interval_count) === 1,
  )
  const byTheMonth = (monthly?.unit_amount ?? 0) * months
  const saving = byTheMonth - plan.price
  return {
    monthlyAmountMinor: Math.round(plan.price / months),
    savingPercent: saving > 0 ? Math.floor((saving / byTheMonth) * 100) : null,
  }
}

/** Plans by the day or the week stand among those by the month. */
function length({ interval, intervalCount }: Offer): number {
  return monthsOf(interval, intervalCount) ?? 1
}
