import type Stripe from 'stripe'

export interface PromotionCodeInput {
  id: string
  code: string
  coupon: string
  created: number
  isActive: boolean
  /** The only one who may use it; null for everybody. */
  customer: string | null
  /** Unix seconds. */
  expiresAt: number | null
  maxRedemptions: number | null
  isForFirstTime: boolean
  minimumAmountMinor: number | null
  minimumCurrency: string | null
  metadata: Stripe.Metadata
}

/** A code that leads to a coupon. Its least amounts in further currencies are only shown when asked for (billing/discount-records.ts). */
export function buildPromotionCode(input: PromotionCodeInput): Stripe.PromotionCode {
  return {
    id: input.id,
    object: 'promotion_code',
    active: input.isActive,
    code: input.code,
    created: input.created,
    customer: input.customer,
    customer_account: null,
    expires_at: input.expiresAt,
    livemode: false,
    max_redemptions: input.maxRedemptions,
    metadata: input.metadata,
    promotion: { coupon: input.coupon, type: 'coupon' },
    restrictions: {
      first_time_transaction: input.isForFirstTime,
      minimum_amount: input.minimumAmountMinor,
      minimum_amount_currency: input.minimumCurrency,
    },
    times_redeemed: 0,
  }
}
