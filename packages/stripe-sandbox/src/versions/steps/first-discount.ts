import type Stripe from 'stripe'
import type { Past } from '../step.ts'
import { wholeCoupon } from './whole-coupon.ts'

/** The only discount that acacia's single field had room for. One that was an id until now has not taken the steps before. */
export function firstDiscount(
  discounts: readonly (string | Stripe.Discount | Stripe.DeletedDiscount)[],
  past: Past,
): object | null {
  const [first] = discounts
  if (typeof first !== 'string') return first ?? null
  // A boundary: what the store has under `discount`.
  const discount = past.object('discount', first) as Stripe.Discount | null
  return discount && { ...discount, coupon: wholeCoupon(discount.source.coupon, past) }
}
