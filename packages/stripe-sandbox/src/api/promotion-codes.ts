import type Stripe from 'stripe'
import { isCodeUsable } from '../billing/coupon-validity.ts'
import { saveChanges } from '../billing/save-changes.ts'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { defineRoute } from '../wire/define-route.ts'
import { parameterInvalid } from '../wire/error-catalogue.ts'
import { existing } from '../wire/existing.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import { inRange, page } from '../wire/pagination.ts'
import type { Route } from '../wire/route.ts'
import {
  checkCodeIsFree,
  createPromotionCode,
  minimums,
  promotionCodeParameters,
} from './create-promotion-code.ts'

export const promotionCodeRoutes: readonly Route[] = [
  defineRoute<Stripe.PromotionCodeCreateParams>({
    method: 'POST',
    path: '/v1/promotion_codes',
    supports: promotionCodeParameters,
    handle: createPromotionCode,
  }),
  defineRoute<Stripe.PromotionCodeListParams>({
    method: 'GET',
    path: '/v1/promotion_codes',
    supports: ['active', 'code', 'coupon', 'created', 'created.*', 'customer'],
    handle: listPromotionCodes,
  }),
  defineRoute<Stripe.PromotionCodeRetrieveParams>({
    method: 'GET',
    path: '/v1/promotion_codes/:id',
    supports: [],
    handle: (context, _, { id = '' }) => existing(context, 'promotion_code', id),
  }),
  defineRoute<Stripe.PromotionCodeUpdateParams>({
    method: 'POST',
    path: '/v1/promotion_codes/:id',
    supports: ['active', 'metadata.*', 'restrictions.currency_options.*'],
    handle: (context, parameters, { id = '' }) =>
      updatePromotionCode(context, existing(context, 'promotion_code', id), parameters),
  }),
]

function listPromotionCodes(
  context: Context,
  parameters: Stripe.PromotionCodeListParams,
): Stripe.ApiList<Stripe.PromotionCode> {
  const { active, code, coupon, created, customer } = parameters
  const { store } = context
  const among =
    (code !== undefined && store.where('promotion_code', 'code', code.toLowerCase())) ||
    (coupon !== undefined && store.where('promotion_code', 'coupon', coupon)) ||
    store.all('promotion_code')
  return page(context, 'promotion_code', {
    url: '/v1/promotion_codes',
    parameters,
    among,
    filter: (each) =>
      (active ?? each.active) === each.active &&
      (coupon ?? idOf(each.promotion.coupon)) === idOf(each.promotion.coupon) &&
      (customer === undefined || customer === idOf(each.customer)) &&
      inRange(each.created, created),
  })
}

/** A code is switched on and off; on again only while it could be used, and while no other active code reads the same. */
function updatePromotionCode(
  context: Context,
  before: Stripe.PromotionCode,
  { active, metadata, restrictions }: Stripe.PromotionCodeUpdateParams,
): Stripe.PromotionCode {
  if (active && !before.active) {
    if (!isCodeUsable(context, before, context.clock.now())) {
      throw parameterInvalid('active', 'This promotion code cannot be made active: it is expired or used up.')
    }
    checkCodeIsFree(context, before.code, idOf(before.customer))
  }
  const options = restrictions?.currency_options
  if (options !== undefined) {
    const own = before.restrictions.minimum_amount_currency
    const known = context.store.get('promotion_code_scope', before.id)?.minimumsMinor
    context.store.put('promotion_code_scope', {
      id: before.id,
      minimumsMinor: { ...known, ...minimums(options, own) },
    })
  }
  const after: Stripe.PromotionCode = {
    ...before,
    active: active ?? before.active,
    metadata: mergedMetadata(before.metadata ?? {}, metadata),
  }
  return saveChanges(context, 'promotion_code', before, after, 'promotion_code.updated')
}
