import type Stripe from 'stripe'
import type { AmountTier } from '../billing/tiered-amount.ts'
import { wireDecimal } from '../wire/decimal.ts'

/** One tier as the API shows it. */
export function buildTier({ upTo, unitAmountDecimal, flatAmountDecimal }: AmountTier): Stripe.Price.Tier {
  return {
    flat_amount: wholeMinor(flatAmountDecimal),
    flat_amount_decimal: flatAmountDecimal === null ? null : wireDecimal(flatAmountDecimal),
    unit_amount: wholeMinor(unitAmountDecimal),
    unit_amount_decimal: unitAmountDecimal === null ? null : wireDecimal(unitAmountDecimal),
    up_to: upTo,
  }
}

/** An amount in minor units as a number; null when it has a fraction, or is none. */
export function wholeMinor(decimal: string | null): number | null {
  if (decimal === null) return null
  const amount = Number(decimal)
  return Number.isInteger(amount) ? amount : null
}
