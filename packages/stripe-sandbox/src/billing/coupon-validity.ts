import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { saveChanges } from './save-changes.ts'

/** Whether a coupon can still be given to somebody at `now`, unix seconds. */
export function isRedeemable(context: Context, coupon: Stripe.Coupon, now: number): boolean {
  return (
    context.store.get('coupon_scope', coupon.id)?.isDeleted !== true &&
    (coupon.redeem_by === null || coupon.redeem_by > now) &&
    (coupon.max_redemptions === null || coupon.times_redeemed < coupon.max_redemptions)
  )
}

/** Whether a promotion code can be used again, apart from whether it is switched on. @param now unix seconds. */
export function isCodeUsable(context: Context, code: Stripe.PromotionCode, now: number): boolean {
  const coupon = context.store.get('coupon', idOf(code.promotion.coupon) ?? '')
  return (
    coupon !== undefined &&
    isRedeemable(context, coupon, now) &&
    (code.expires_at === null || code.expires_at > now) &&
    (code.max_redemptions === null || code.times_redeemed < code.max_redemptions)
  )
}

/** One more buyer has a coupon; `coupon.updated`, `promotion_code.updated`. What is used up becomes invalid, or inactive. */
export function countRedemption(
  context: Context,
  coupon: Stripe.Coupon,
  code: Stripe.PromotionCode | null,
): void {
  // Read again: one request may give the same coupon twice.
  const before = context.store.get('coupon', coupon.id) ?? coupon
  saveCoupon(context, before, { ...before, times_redeemed: before.times_redeemed + 1 })
  const used = code && context.store.get('promotion_code', code.id)
  if (used) saveCode(context, used, { ...used, times_redeemed: used.times_redeemed + 1 })
}

/** Stores a changed coupon with what the change makes of its validity, and of its codes. */
export function saveCoupon(context: Context, before: Stripe.Coupon, changed: Stripe.Coupon): Stripe.Coupon {
  const now = context.clock.now()
  const valid = isRedeemable(context, changed, now)
  const after = saveChanges(context, 'coupon', before, { ...changed, valid }, 'coupon.updated')
  if (!valid) {
    for (const code of context.store.where('promotion_code', 'coupon', after.id)) {
      saveChanges(context, 'promotion_code', code, { ...code, active: false }, 'promotion_code.updated')
    }
  }
  return after
}

function saveCode(context: Context, before: Stripe.PromotionCode, changed: Stripe.PromotionCode): void {
  const active = changed.active && isCodeUsable(context, changed, context.clock.now())
  saveChanges(context, 'promotion_code', before, { ...changed, active }, 'promotion_code.updated')
}
