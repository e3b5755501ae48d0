import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { notSupportedYet } from '../wire/error-catalogue.ts'
import type { Cadence } from './periods.ts'

/** How often a recurring price is billed. */
export function cadenceOf(price: Stripe.Price): Cadence {
  if (price.recurring === null) throw new Error(`price ${price.id} is not recurring`)
  return { interval: price.recurring.interval, intervalCount: price.recurring.interval_count }
}

/** What a quantity of a per-unit price costs, in minor units of its currency. */
export function lineAmountMinor(price: Stripe.Price, quantity: number): number {
  const unitAmount = price.unit_amount
  if (
    unitAmount === null ||
    price.billing_scheme !== 'per_unit' ||
    price.transform_quantity !== null ||
    price.recurring?.usage_type === 'metered'
  ) {
    throw notSupportedYet(
      `Billing price '${price.id}' (tiers, metered usage, fractions of a minor unit, customer-chosen amounts or transformed quantities)`,
    )
  }
  return unitAmount * quantity
}

/** The name of what a price sells. */
export function productName(context: Context, price: Stripe.Price): string {
  const id = idOf(price.product) ?? ''
  return context.store.get('product', id)?.name ?? id
}
