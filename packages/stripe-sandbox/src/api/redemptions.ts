import type Stripe from 'stripe'
import type { Redemption } from '../billing/start-subscription.ts'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { parametersExclusive } from '../wire/error-catalogue.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'

/** One element of a `discounts` parameter that gives something new. */
interface DiscountParameter {
  coupon?: string
  promotion_code?: string
}

export interface Buyer {
  /** Null for a guest. */
  customer: string | null
  currency: string
  /** What is bought, before discounts; null where a least amount is not asked for. Minor units. */
  totalMinor: number | null
}

/**
 * The coupons that a `discounts` parameter means, each found good for this buyer.
 * @throws StripeApiError for one that is unknown, used up, over, or not for this buyer.
 */
export function redemptionsOf(
  context: Context,
  discounts: readonly DiscountParameter[],
  buyer: Buyer,
  param: string,
): Redemption[] {
  return discounts.map((discount, index) => {
    const at = `${param}[${index}]`
    if (discount.coupon !== undefined && discount.promotion_code !== undefined) {
      throw parametersExclusive([`${at}[coupon]`, `${at}[promotion_code]`])
    }
    return discount.promotion_code === undefined
      ? { coupon: goodCoupon(context, discount.coupon ?? '', buyer, `${at}[coupon]`), promotionCode: null }
      : byCode(context, discount.promotion_code, buyer, `${at}[promotion_code]`)
  })
}

/** A promotion code, by its id, that this buyer may use now. */
export function byCode(context: Context, id: string, buyer: Buyer, param: string): Redemption {
  const promotionCode = existing(context, 'promotion_code', id, param)
  const problem = problemOf(context, promotionCode, buyer)
  if (problem !== null) throw new StripeApiError(problem, { code: 'promotion_code_invalid', param })
  const coupon = goodCoupon(context, idOf(promotionCode.promotion.coupon) ?? '', buyer, param)
  return { coupon, promotionCode }
}

function goodCoupon(context: Context, id: string, buyer: Buyer, param: string): Stripe.Coupon {
  const coupon = existing(context, 'coupon', id, param)
  const isOver = coupon.redeem_by !== null && coupon.redeem_by <= context.clock.now()
  const isUsedUp = coupon.max_redemptions !== null && coupon.times_redeemed >= coupon.max_redemptions
  if (isOver || isUsedUp) {
    throw new StripeApiError(`Coupon ${id} is expired and cannot be applied.`, {
      code: 'coupon_expired',
      param,
    })
  }
  const isInCurrency =
    coupon.percent_off !== null ||
    coupon.currency === buyer.currency ||
    coupon.currency_options?.[buyer.currency] !== undefined
  if (!isInCurrency) {
    throw new StripeApiError(
      `The coupon ${id} takes an amount off in ${coupon.currency}, which cannot be applied in ${buyer.currency}.`,
      { param },
    )
  }
  return coupon
}

function problemOf(context: Context, code: Stripe.PromotionCode, buyer: Buyer): string | null {
  const { restrictions } = code
  const now = context.clock.now()
  if (!code.active || (code.expires_at !== null && code.expires_at <= now)) {
    return 'This promotion code is not active.'
  }
  if (code.max_redemptions !== null && code.times_redeemed >= code.max_redemptions) {
    return 'This promotion code has been redeemed as often as it can be.'
  }
  const customer = idOf(code.customer)
  if (customer !== null && customer !== buyer.customer) {
    return 'This promotion code is for another customer.'
  }
  if (restrictions.first_time_transaction && !isFirstTime(context, buyer.customer)) {
    return 'This promotion code is for a first purchase only.'
  }
  const least =
    restrictions.minimum_amount_currency === buyer.currency
      ? restrictions.minimum_amount
      : restrictions.currency_options?.[buyer.currency]?.minimum_amount
  if (typeof least === 'number' && buyer.totalMinor !== null && buyer.totalMinor < least) {
    return 'This promotion code needs a larger purchase.'
  }
  return null
}

/** Guests are never known to be first-timers (stripe-facts 8.6). */
function isFirstTime(context: Context, customer: string | null): boolean {
  if (customer === null) return false
  for (const charge of context.store.where('charge', 'customer', customer)) {
    if (charge.status === 'succeeded') return false
  }
  return true
}
