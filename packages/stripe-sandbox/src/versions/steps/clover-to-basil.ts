import type { Step } from '../step.ts'
import { wholeCoupon } from './whole-coupon.ts'

/** 2025-09-30.clover put a `source` between a discount and its coupon, and a `promotion` between a code and its. */
export const cloverToBasil: Step = {
  discount: (discount, past) => ({ ...discount, coupon: wholeCoupon(discount.source.coupon, past) }),
  promotion_code: (code, past) => ({ ...code, coupon: wholeCoupon(code.promotion.coupon, past) }),
}
