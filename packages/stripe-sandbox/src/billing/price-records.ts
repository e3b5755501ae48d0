import type Stripe from 'stripe'
import type { AmountTier } from './tiered-amount.ts'

/** What a price shows only when it is asked for; `id` is the price's. */
export interface PriceScope {
  id: string
  /** In its own currency; null for a price per unit. */
  tiers: AmountTier[] | null
  /** Currency → what it costs there, beside its own. */
  options: Record<string, CurrencyTerms>
  /** Made in place for one purchase: no list of prices shows it. */
  isInline?: boolean
}

/** What a price costs in one currency: so much for each unit, by tiers, or what the customer chooses. The others are null. */
export interface CurrencyTerms {
  /** Minor units, at most 12 decimals. */
  unitAmountDecimal: string | null
  tiers: AmountTier[] | null
  /** Within what the customer chooses the amount, where he does. */
  customUnitAmount?: Stripe.Price.CustomUnitAmount | null
  taxBehavior: 'exclusive' | 'inclusive' | 'unspecified'
}
