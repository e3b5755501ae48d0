import type Stripe from 'stripe'
import { saveCoupon } from '../billing/coupon-validity.ts'
import type { Context } from '../context.ts'
import { defineRoute } from '../wire/define-route.ts'
import { parameterInvalid, resourceMissing } from '../wire/error-catalogue.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import { inRange, page } from '../wire/pagination.ts'
import type { Route } from '../wire/route.ts'
import { amountsOff, checkCouponName, couponCreateParameters, createCoupon } from './create-coupon.ts'

export const couponRoutes: readonly Route[] = [
  defineRoute<Stripe.CouponCreateParams>({
    method: 'POST',
    path: '/v1/coupons',
    supports: couponCreateParameters,
    handle: createCoupon,
  }),
  defineRoute<Stripe.CouponListParams>({
    method: 'GET',
    path: '/v1/coupons',
    supports: ['created', 'created.*'],
    handle: (context, parameters) =>
      page(context, 'coupon', {
        url: '/v1/coupons',
        parameters,
        filter: (coupon) => !isDeleted(context, coupon.id) && inRange(coupon.created, parameters.created),
      }),
  }),
  defineRoute<Stripe.CouponRetrieveParams>({
    method: 'GET',
    path: '/v1/coupons/:id',
    supports: [],
    handle: (context, _, { id = '' }) => existingCoupon(context, id),
  }),
  defineRoute<Stripe.CouponUpdateParams>({
    method: 'POST',
    path: '/v1/coupons/:id',
    supports: ['name', 'metadata.*', 'currency_options.*'],
    handle: (context, parameters, { id = '' }) =>
      updateCoupon(context, existingCoupon(context, id), parameters),
  }),
  defineRoute<Stripe.CouponDeleteParams>({
    method: 'DELETE',
    path: '/v1/coupons/:id',
    supports: [],
    handle: (context, _, { id = '' }) => deleteCoupon(context, existingCoupon(context, id)),
  }),
]

/** A coupon that was not deleted. @throws StripeApiError resource_missing. */
export function existingCoupon(context: Context, id: string, param = 'id'): Stripe.Coupon {
  const coupon = context.store.get('coupon', id)
  if (coupon === undefined || isDeleted(context, id)) throw resourceMissing('coupon', id, param)
  return coupon
}

function isDeleted(context: Context, id: string): boolean {
  return context.store.get('coupon_scope', id)?.isDeleted === true
}

/** What a coupon takes off cannot be changed, only added in another currency; discounts that were given stay as they are. */
function updateCoupon(
  context: Context,
  coupon: Stripe.Coupon,
  { name, metadata, currency_options: options }: Stripe.CouponUpdateParams,
): Stripe.Coupon {
  if (name !== undefined) checkCouponName(name)
  const scope = context.store.get('coupon_scope', coupon.id)
  if (options !== undefined && scope) {
    if (coupon.amount_off === null) {
      throw parameterInvalid(
        'currency_options',
        'Only a coupon with an amount_off can have currency_options.',
      )
    }
    context.store.put('coupon_scope', {
      ...scope,
      amountsOffMinor: { ...scope.amountsOffMinor, ...amountsOff(options, coupon.currency) },
    })
  }
  const after: Stripe.Coupon = {
    ...coupon,
    name: name ?? coupon.name,
    metadata: mergedMetadata(coupon.metadata ?? {}, metadata),
  }
  return saveCoupon(context, coupon, after)
}

/** It takes no new buyers; discounts that were given go on (stripe-facts 8.6), so the row stays behind them. */
function deleteCoupon(context: Context, coupon: Stripe.Coupon): Stripe.DeletedCoupon {
  const scope = context.store.get('coupon_scope', coupon.id)
  if (scope) context.store.put('coupon_scope', { ...scope, isDeleted: true })
  context.store.put('coupon', { ...coupon, valid: false })
  context.emit('coupon.deleted', coupon)
  for (const code of context.store.where('promotion_code', 'coupon', coupon.id)) {
    context.store.put('promotion_code', { ...code, active: false })
    if (code.active) context.emit('promotion_code.updated', { ...code, active: false }, { active: true })
  }
  return { id: coupon.id, object: 'coupon', deleted: true }
}
