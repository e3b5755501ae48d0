import type Stripe from 'stripe'
import type { Ids } from '../ids.ts'
import { wireDecimal } from '../wire/decimal.ts'
import { wholeMinor } from './price-tier.ts'

export interface PriceInput {
  id?: string
  product: string
  currency: string
  /** In minor units; may have a fraction, as text. Null for a price in tiers. */
  unitAmountDecimal: string | null
  created: number
  recurring?:
    | {
        interval: Stripe.Price.Recurring.Interval
        intervalCount?: number
        /** The meter of a metered price; without one it is licensed. */
        meter?: string | null
      }
    | undefined
}

/** A new active per-unit price: recurring (licensed, or metered), or one-time. */
export function buildPrice(ids: Ids, input: PriceInput): Stripe.Price {
  return {
    id: input.id ?? ids.newId('price_'),
    object: 'price',
    active: true,
    billing_scheme: 'per_unit',
    created: input.created,
    currency: input.currency,
    custom_unit_amount: null,
    livemode: false,
    lookup_key: null,
    metadata: {},
    nickname: null,
    product: input.product,
    recurring: input.recurring
      ? {
          interval: input.recurring.interval,
          interval_count: input.recurring.intervalCount ?? 1,
          meter: input.recurring.meter ?? null,
          trial_period_days: null,
          usage_type: input.recurring.meter ? 'metered' : 'licensed',
        }
      : null,
    tax_behavior: 'unspecified',
    tiers_mode: null,
    transform_quantity: null,
    type: input.recurring ? 'recurring' : 'one_time',
    unit_amount: wholeMinor(input.unitAmountDecimal),
    unit_amount_decimal: input.unitAmountDecimal === null ? null : wireDecimal(input.unitAmountDecimal),
  }
}
