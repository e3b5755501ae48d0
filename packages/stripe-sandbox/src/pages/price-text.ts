import type Stripe from 'stripe'
import { formatAmount } from '../billing/currency.ts'
import { isMetered } from '../billing/usage/metered.ts'

/** `$29.00 per month`, `¥500 every 3 months`, `$10.00` for a one-time price, `$0.05 per unit, billed monthly`. */
export function priceText(price: Stripe.Price, quantity = 1): string {
  if (isMetered(price) && price.recurring) {
    const each = formatAmount(unitAmountMinor(price), price.currency)
    return `${each} per unit, billed ${billedText(price.recurring)}`
  }
  const amount = formatAmount(unitAmountMinor(price) * quantity, price.currency)
  return price.recurring ? `${amount} ${cadenceText(price.recurring)}` : amount
}

/** `per month`, `every 3 months`. */
export function cadenceText(recurring: Stripe.Price.Recurring): string {
  return recurring.interval_count === 1
    ? `per ${recurring.interval}`
    : `every ${recurring.interval_count} ${recurring.interval}s`
}

/** `monthly`, `yearly`, `every 3 months`: how a plan is billed. */
export function billedText(recurring: Stripe.Price.Recurring): string {
  if (recurring.interval_count !== 1) return cadenceText(recurring)
  return recurring.interval === 'day' ? 'daily' : `${recurring.interval}ly`
}

/** Minor units; prices below one minor unit keep their fraction (`unit_amount` is null for them). */
export function unitAmountMinor(price: Stripe.Price): number {
  return price.unit_amount ?? Number(price.unit_amount_decimal ?? 0)
}
