import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { notSupportedYet } from '../wire/error-catalogue.ts'
import { StripeApiError } from '../wire/errors.ts'
import { exactMinor, roundedMinor } from './decimal-amount.ts'
import type { Cadence } from './periods.ts'
import { type AmountTier, tieredAmountMinor } from './tiered-amount.ts'

/** How often a recurring price is billed. */
export function cadenceOf(price: Stripe.Price): Cadence {
  if (price.recurring === null) throw new Error(`price ${price.id} is not recurring`)
  return { interval: price.recurring.interval, intervalCount: price.recurring.interval_count }
}

/**
 * What a quantity of a licensed price costs, in minor units of its currency.
 * @param price as `priceIn` gives it, which knows its tiers.
 */
export function lineAmountMinor(price: Stripe.Price, quantity: number): number {
  if (price.recurring?.usage_type === 'metered') throw notSupportedYet(`Billing metered price '${price.id}'`)
  return quantityAmountMinor(price, quantity)
}

/** The same for any price: of seats, or of what was used. Counted exactly, rounded once. */
export function quantityAmountMinor(price: Stripe.Price, quantity: number): number {
  if (price.billing_scheme === 'tiered') {
    if (price.tiers === undefined) throw new Error(`the tiers of price ${price.id} were not read`)
    return tieredAmountMinor(
      price.tiers.map(amountTier),
      price.tiers_mode === 'volume' ? 'volume' : 'graduated',
      quantity,
    )
  }
  const unitAmount = price.unit_amount_decimal
  if (unitAmount === null) {
    throw new StripeApiError(
      `The customer chooses the amount of price '${price.id}' (\`custom_unit_amount\`): it can only be used in Checkout Sessions and Payment Links.`,
    )
  }
  return roundedMinor(exactMinor(String(unitAmount)) * BigInt(packagesOf(price, quantity)))
}

function amountTier(tier: Stripe.Price.Tier): AmountTier {
  const text = (decimal: Stripe.Decimal | null): string | null => (decimal === null ? null : String(decimal))
  return {
    upTo: tier.up_to,
    unitAmountDecimal: text(tier.unit_amount_decimal),
    flatAmountDecimal: text(tier.flat_amount_decimal),
  }
}

/** A price of packages: 25 seats in tens are 3 packages when rounded up, 2 when rounded down. */
function packagesOf({ transform_quantity: transform }: Stripe.Price, quantity: number): number {
  if (transform === null) return quantity
  const packages = quantity / transform.divide_by
  return transform.round === 'up' ? Math.ceil(packages) : Math.floor(packages)
}

/** The name of what a price sells. */
export function productName(context: Context, price: Stripe.Price): string {
  const id = idOf(price.product) ?? ''
  return context.store.get('product', id)?.name ?? id
}
