import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { isCodeUsable, isRedeemable } from './coupon-validity.ts'

/** A coupon that was found good for a buyer, and the code that led to it. */
export interface Redemption {
  coupon: Stripe.Coupon
  promotionCode: Stripe.PromotionCode | null
  /** The id under which an open Checkout session already shows the discount. */
  planned?: string
}

export interface Buyer {
  /** Null for a guest. */
  customer: string | null
  currency: string
  /** What a first purchase costs before discounts, minor units; null for anything but a purchase, where a code with a least amount is not taken. */
  totalMinor: number | null
  /** A guest who types a code at Checkout is taken for somebody new; an API call that names no customer is not. */
  trustsGuest?: boolean
}

/** Why a buyer may not have a coupon: Stripe's error code (null where it gives none) and its sentence. */
export interface Refusal {
  code: string | null
  message: string
}

/** Whether a buyer may have this coupon now. */
export function redeemCoupon(context: Context, coupon: Stripe.Coupon, buyer: Buyer): Redemption | Refusal {
  const refusal = couponProblem(context, coupon, buyer)
  return refusal ?? { coupon, promotionCode: null }
}

/** Whether a buyer may use this promotion code now. */
export function redeemCode(
  context: Context,
  promotionCode: Stripe.PromotionCode,
  buyer: Buyer,
): Redemption | Refusal {
  const coupon = context.store.get('coupon', idOf(promotionCode.promotion.coupon) ?? '')
  if (coupon === undefined) throw new Error(`promotion code ${promotionCode.id} has no coupon`)
  const refusal = codeProblem(context, promotionCode, buyer) ?? couponProblem(context, coupon, buyer)
  return refusal ?? { coupon, promotionCode }
}

export function isRefusal(outcome: Redemption | Refusal): outcome is Refusal {
  return 'message' in outcome
}

/**
 * What somebody typed, whatever its case: the code of this customer, or else of everybody, an active one before one that is not
 * any more. Undefined when there is none.
 */
export function findCode(
  context: Context,
  typed: string,
  customer: string | null,
): Stripe.PromotionCode | undefined {
  const found = [...context.store.where('promotion_code', 'code', typed.trim().toLowerCase())]
  const usable = found.filter((code) => [null, customer].includes(idOf(code.customer)))
  return usable.toSorted((a, b) => rankOf(b) - rankOf(a))[0]
}

function rankOf(code: Stripe.PromotionCode): number {
  return (code.active ? 2 : 0) + (code.customer === null ? 0 : 1)
}

function couponProblem(context: Context, coupon: Stripe.Coupon, { currency }: Buyer): Refusal | null {
  if (!isRedeemable(context, coupon, context.clock.now())) {
    return { code: 'coupon_expired', message: `Coupon ${coupon.id} is expired and cannot be applied.` }
  }
  const amounts = context.store.get('coupon_scope', coupon.id)?.amountsOffMinor ?? null
  if (coupon.percent_off !== null || amounts?.[currency] !== undefined) return null
  return {
    code: null,
    message: `The coupon ${coupon.id} takes an amount off in ${coupon.currency}, which cannot be applied in ${currency}.`,
  }
}

function codeProblem(context: Context, code: Stripe.PromotionCode, buyer: Buyer): Refusal | null {
  const because = (reason: string, errorCode: string | null = null): Refusal => ({
    code: errorCode,
    message: `This promotion code cannot be redeemed because ${reason}.`,
  })
  if (code.max_redemptions !== null && code.times_redeemed >= code.max_redemptions) {
    return because('it has been used the maximum number of times')
  }
  if (!code.active || !isCodeUsable(context, code, context.clock.now())) {
    return because('it is expired or inactive')
  }
  const customer = idOf(code.customer)
  if (customer !== null && customer !== buyer.customer) return because('it belongs to another customer')
  if (code.restrictions.first_time_transaction) {
    if (buyer.customer === null && !buyer.trustsGuest) {
      return because(
        'it is for first-time customers and no customer was given',
        'promotion_code_customer_missing_first_time',
      )
    }
    if (buyer.customer !== null && hasPaid(context, buyer.customer)) {
      return because(
        'the associated customer has prior transactions',
        'promotion_code_customer_not_first_time',
      )
    }
  }
  return amountProblem(context, code, buyer, because)
}

function amountProblem(
  context: Context,
  code: Stripe.PromotionCode,
  { currency, totalMinor }: Buyer,
  because: (reason: string) => Refusal,
): Refusal | null {
  const { minimum_amount: own, minimum_amount_currency: ownCurrency } = code.restrictions
  if (own === null) return null
  if (totalMinor === null) return because('it asks for a minimum amount, which only a purchase has')
  const others = context.store.get('promotion_code_scope', code.id)?.minimumsMinor
  const leastMinor = ownCurrency === currency ? own : others?.[currency]
  if (leastMinor !== undefined && totalMinor >= leastMinor) return null
  return because('the associated purchase does not meet the minimum amount requirement')
}

/** Any successful payment, or an invoice that was paid. */
function hasPaid(context: Context, customer: string): boolean {
  for (const charge of context.store.where('charge', 'customer', customer)) {
    if (charge.status === 'succeeded') return true
  }
  for (const invoice of context.store.where('invoice', 'customer', customer)) {
    if (invoice.status === 'paid') return true
  }
  return false
}
