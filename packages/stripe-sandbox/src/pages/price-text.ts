import type Stripe from 'stripe'
import { formatAmount, formatUnitAmount } from '../billing/currency.ts'
import { quantityAmountMinor } from '../billing/prices.ts'
import { isMetered } from '../billing/usage/metered.ts'

/**
 * `$29.00 per month`, `¥500 every 3 months`, `$10.00` for a one-time price, `$0.05 per unit, billed monthly` for a metered one;
 * `Tiered price per month`, whose amount the price itself does not show, and what it says where the customer chooses it.
 */
export function priceText(price: Stripe.Price, quantity = 1): string {
  if (price.billing_scheme === 'tiered' && price.tiers === undefined) {
    return price.recurring ? `Tiered price ${cadenceText(price.recurring)}` : 'Tiered price'
  }
  if (isMetered(price) && price.recurring) {
    const each = formatUnitAmount(String(price.unit_amount_decimal ?? 0), price.currency)
    return `${each} per unit, billed ${billedText(price.recurring)}`
  }
  if (price.custom_unit_amount) return 'The customer chooses the amount'
  const amount = formatAmount(quantityAmountMinor(price, quantity), price.currency)
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
