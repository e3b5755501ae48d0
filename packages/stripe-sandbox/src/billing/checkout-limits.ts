import type Stripe from 'stripe'
import type { Refusal } from './check-redemption.ts'
import { chargeStepMinor, formatAmount, leastChargeMinor, mostChargeMinor } from './currency.ts'

/** Why an amount cannot be charged at Checkout: too little, or too much. Nothing at all is fine. */
export function checkoutLimitProblem({
  mode,
  currency,
  amount_total: total,
}: Stripe.Checkout.Session): Refusal | null {
  if (mode === 'setup' || currency === null || !total) return null
  const leastMinor = leastChargeMinor(currency)
  if (total < leastMinor) {
    return {
      code: 'amount_too_small',
      message: `The Checkout Session's total amount due must add up to at least ${formatAmount(leastMinor, currency)} ${currency}`,
    }
  }
  const stepMinor = chargeStepMinor(currency)
  if (total % stepMinor !== 0) {
    return {
      code: null,
      message: `The Checkout Session's total amount due in ${currency.toUpperCase()} must be a multiple of ${stepMinor}.`,
    }
  }
  const mostMinor = mostChargeMinor(currency)
  if (total <= mostMinor) return null
  return {
    code: 'amount_too_large',
    message: `The Checkout Session's total amount due must be no more than ${formatAmount(mostMinor, currency)} ${currency}`,
  }
}
