import type Stripe from 'stripe'

export interface CouponInput {
  id: string
  created: number
  /** One of the two is null. Percent: above 0, at most 100, two decimals. */
  percentOff: number | null
  amountOffMinor: number | null
  /** Of the amount. */
  currency: string | null
  duration: Stripe.Coupon.Duration
  durationInMonths: number | null
  maxRedemptions: number | null
  /** Unix seconds. */
  redeemBy: number | null
  name: string | null
  metadata: Stripe.Metadata
}

/** A coupon that nobody has redeemed yet. Its products and further currencies are only shown when asked for (billing/discount-records.ts). */
export function buildCoupon(input: CouponInput): Stripe.Coupon {
  return {
    id: input.id,
    object: 'coupon',
    amount_off: input.amountOffMinor,
    created: input.created,
    currency: input.currency,
    duration: input.duration,
    duration_in_months: input.durationInMonths,
    livemode: false,
    max_redemptions: input.maxRedemptions,
    metadata: input.metadata,
    name: input.name,
    percent_off: input.percentOff,
    redeem_by: input.redeemBy,
    times_redeemed: 0,
    valid: true,
  }
}
