import type { Plan, Product } from './api/endpoints.ts'

/** A plan as the pricing page shows it. */
export interface Offer {
  planId: number
  name: string
  description: string | null
  priceId: string
  amountMinor: number
  currency: string
  interval: string
  features: string[]
  /** For a yearly plan: what it comes to in a month, and what it saves against the same product by the month. */
  perYear: { monthlyAmountMinor: number; savingPercent: number | null } | null
}

/**
 * Plans know name, features and price; products know the currency and which prices belong together. A plan whose product is
 * not on offer (any more) has no currency and is left out. Yearly plans come last, cheaper ones first.
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
          features: plan.features,
          perYear: plan.interval === 'year' ? perYear(plan.price, price.currency, product) : null,
        },
      ]
    })
    .sort((a, b) => Number(a.perYear !== null) - Number(b.perYear !== null) || a.amountMinor - b.amountMinor)
}

function perYear(yearlyAmountMinor: number, currency: string, product: Product): Offer['perYear'] {
  const monthly = product.prices.find(
    (price) => price.currency === currency && price.recurring?.interval === 'month',
  )
  const monthlyTimesTwelve = (monthly?.unit_amount ?? 0) * 12
  const saving = monthlyTimesTwelve - yearlyAmountMinor
  return {
    monthlyAmountMinor: Math.round(yearlyAmountMinor / 12),
    savingPercent: saving > 0 ? Math.floor((saving / monthlyTimesTwelve) * 100) : null,
  }
}
