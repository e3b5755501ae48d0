import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { isRefusal, redeemCoupon } from './check-redemption.ts'
import { applyCoupon } from './discounts.ts'
import { type PortalAnswer, type PortalVisitor, refused } from './portal-visit.ts'
import { saveChanges } from './save-changes.ts'

/** The coupon that a link for canceling offers to who stays; null when it offers none (any more). */
export function retentionOffer(
  context: Context,
  { flow, customer }: PortalVisitor,
  subscription: Stripe.Subscription,
): Stripe.Coupon | null {
  const cancel = flow?.subscription_cancel
  if (cancel?.subscription !== subscription.id) return null
  const coupon = context.store.get('coupon', cancel.retention?.coupon_offer?.coupon ?? '')
  if (coupon === undefined) return null
  const buyer = { customer: customer.id, currency: subscription.currency, totalMinor: null }
  return isRefusal(redeemCoupon(context, coupon, buyer)) ? null : coupon
}

/** Gives the offered coupon to the subscription, beside what it has, instead of canceling it. */
export function acceptOffer(
  context: Context,
  visit: PortalVisitor,
  subscription: Stripe.Subscription,
): PortalAnswer {
  const coupon = retentionOffer(context, visit, subscription)
  if (coupon === null) return refused('This offer is over.')
  const discount = applyCoupon(
    context,
    { coupon, promotionCode: null },
    { customer: visit.customer.id, subscription: subscription.id },
  )
  saveChanges(
    context,
    'subscription',
    subscription,
    { ...subscription, discounts: [...subscription.discounts, discount.id] },
    'customer.subscription.updated',
  )
  return { done: true }
}
