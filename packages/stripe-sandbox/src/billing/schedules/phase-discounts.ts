import type Stripe from 'stripe'
import type { Context } from '../../context.ts'
import { idOf } from '../../store/tables.ts'
import type { Redemption } from '../check-redemption.ts'
import { applyCoupon, type DiscountPlace, endDiscount } from '../discounts.ts'

/** How a phase, or an item of one, names a discount. */
export type PhaseDiscount = Stripe.SubscriptionSchedule.Phase.Discount

/** The coupons that a phase gives away when it begins; each was found good when the phase was planned. */
export function redemptionsOfPhase(context: Context, discounts: readonly PhaseDiscount[]): Redemption[] {
  return discounts.flatMap((discount) => {
    const promotionCode = context.store.get('promotion_code', idOf(discount.promotion_code) ?? '') ?? null
    const couponId = idOf(discount.coupon) ?? idOf(promotionCode?.promotion.coupon)
    const coupon = context.store.get('coupon', couponId ?? '')
    return coupon ? [{ coupon, promotionCode }] : []
  })
}

/**
 * What the discounts become when a phase begins: a named one, and one of a coupon that the phase gives too, goes on; other
 * coupons begin anew; the rest ends. Ids.
 */
export function discountsOfPhase(
  context: Context,
  before: readonly (string | Stripe.Discount)[],
  wanted: readonly PhaseDiscount[],
  place: DiscountPlace,
): string[] {
  const running = before.flatMap((discount) => idOf(discount) ?? [])
  const kept = new Set<string>()
  const after = wanted.flatMap((discount) => {
    const named = idOf(discount.discount)
    if (named !== null) return running.includes(named) ? keep(named) : []
    const [redemption] = redemptionsOfPhase(context, [discount])
    if (redemption === undefined) return []
    const same = running.find((id) => !kept.has(id) && couponOf(context, id) === redemption.coupon.id)
    if (same !== undefined) return keep(same)
    return applyCoupon(context, redemption, place).id
  })
  for (const id of running) if (!kept.has(id)) endDiscount(context, id)
  return after

  function keep(id: string): string {
    kept.add(id)
    return id
  }
}

function couponOf(context: Context, discount: string): string | null {
  return idOf(context.store.get('discount', discount)?.source.coupon)
}
