import { idOf } from '../../store/tables.ts'
import type { Past, Step } from '../step.ts'

/** 2025-09-30.clover put a `source` between a discount and its coupon, and a `promotion` between a code and its. */
export const cloverToBasil: Step = {
  discount: (discount, past) => ({ ...discount, coupon: whole(discount.source.coupon, past) }),
  promotion_code: (code, past) => ({ ...code, coupon: whole(code.promotion.coupon, past) }),
}

/** Basil always had the coupon itself where later versions have its id. */
function whole(coupon: string | { id: string } | null, past: Past): object | null {
  if (typeof coupon === 'object') return coupon
  return past.object('coupon', idOf(coupon) ?? '')
}
