import { idOf } from '../../store/tables.ts'
import type { Past } from '../step.ts'

/** Basil and acacia always had the coupon itself where later versions have its id. */
export function wholeCoupon(coupon: string | { id: string } | null, past: Past): object | null {
  if (typeof coupon === 'object') return coupon
  return past.object('coupon', idOf(coupon) ?? '')
}
