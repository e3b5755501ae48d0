import type Stripe from 'stripe'
import { isRedeemable } from '../billing/coupon-validity.ts'
import type { Context } from '../context.ts'
import { buildPromotionCode } from '../objects/promotion-code.ts'
import { idOf } from '../store/tables.ts'
import { parameterInvalid, parameterMissing } from '../wire/error-catalogue.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import { checkedCurrency } from './checked-currency.ts'
import { existingCoupon } from './coupons.ts'
import { positive } from './positive.ts'

type Parameters = Stripe.PromotionCodeCreateParams

export const promotionCodeParameters = [
  'active',
  'code',
  'customer',
  'expires_at',
  'max_redemptions',
  'metadata.*',
  'promotion.coupon',
  'promotion.type',
  'restrictions.currency_options.*',
  'restrictions.first_time_transaction',
  'restrictions.minimum_amount',
  'restrictions.minimum_amount_currency',
] as const

export function createPromotionCode(context: Context, parameters: Parameters): Stripe.PromotionCode {
  if (parameters.promotion.coupon === undefined) throw parameterMissing('promotion[coupon]')
  const coupon = existingCoupon(context, parameters.promotion.coupon, 'promotion[coupon]')
  const now = context.clock.now()
  if (!isRedeemable(context, coupon, now)) {
    throw new StripeApiError(`Coupon ${coupon.id} is expired and cannot be applied.`, {
      code: 'coupon_expired',
      param: 'promotion[coupon]',
    })
  }
  const { customer = null, restrictions } = parameters
  if (customer !== null) existing(context, 'customer', customer, 'customer')
  const code = parameters.code ?? context.ids.randomText(8).toUpperCase()
  if (!/^[A-Za-z0-9-]{1,500}$/.test(code)) {
    throw parameterInvalid('code', 'Promotion codes may only contain letters, digits and dashes.')
  }
  const isActive = parameters.active ?? true
  if (isActive) checkCodeIsFree(context, code, customer)
  const promotionCode = buildPromotionCode({
    id: context.ids.newId('promo_'),
    code,
    coupon: coupon.id,
    created: now,
    isActive,
    customer,
    expiresAt: expiryOf(parameters, coupon, now),
    maxRedemptions: mostOf(parameters, coupon),
    isForFirstTime: restrictions?.first_time_transaction ?? false,
    ...minimumOf(parameters),
    metadata: mergedMetadata({}, parameters.metadata),
  })
  const minimumsMinor = minimums(
    restrictions?.currency_options ?? {},
    promotionCode.restrictions.minimum_amount_currency,
  )
  context.store.put('promotion_code', promotionCode)
  context.store.put('promotion_code_scope', { id: promotionCode.id, minimumsMinor })
  context.emit('promotion_code.created', promotionCode)
  return promotionCode
}

/** Whatever its case, one active code reads like this for everybody, and one for each customer. */
export function checkCodeIsFree(context: Context, code: string, customer: string | null): void {
  for (const other of context.store.where('promotion_code', 'code', code.toLowerCase())) {
    if (!other.active || idOf(other.customer) !== customer) continue
    throw parameterInvalid('code', `An active promotion code with \`code: ${code}\` already exists.`)
  }
}

/** Currency → the least amount in minor units. @param own the code's own currency; null when it asks for no least amount. */
export function minimums(
  options: NonNullable<NonNullable<Parameters['restrictions']>['currency_options']>,
  own: string | null,
): Record<string, number> {
  const entries = Object.entries(options).map(([key, option]) => {
    const param = `restrictions[currency_options][${key}]`
    const currency = checkedCurrency(key, param)
    if (own === null || currency === own) {
      throw parameterInvalid(param, 'A further currency needs a minimum_amount in another one.')
    }
    const minimum = option.minimum_amount
    if (minimum === undefined) throw parameterMissing(`${param}[minimum_amount]`)
    return [currency, positive(minimum, `${param}[minimum_amount]`)] as const
  })
  return Object.fromEntries(entries)
}

function minimumOf({ restrictions }: Parameters): {
  minimumAmountMinor: number | null
  minimumCurrency: string | null
} {
  const { minimum_amount: amount, minimum_amount_currency: currency } = restrictions ?? {}
  if (amount === undefined && currency === undefined)
    return { minimumAmountMinor: null, minimumCurrency: null }
  if (amount === undefined) throw parameterMissing('restrictions[minimum_amount]')
  if (currency === undefined) throw parameterMissing('restrictions[minimum_amount_currency]')
  return {
    minimumAmountMinor: positive(amount, 'restrictions[minimum_amount]'),
    minimumCurrency: checkedCurrency(currency, 'restrictions[minimum_amount_currency]'),
  }
}

function expiryOf({ expires_at: at }: Parameters, coupon: Stripe.Coupon, now: number): number | null {
  if (at === undefined) return coupon.redeem_by
  if (at <= now) throw parameterInvalid('expires_at', 'The expires_at date must be in the future.')
  if (coupon.redeem_by !== null && at > coupon.redeem_by) {
    throw parameterInvalid('expires_at', 'The expires_at date cannot be after the redeem_by of the coupon.')
  }
  return at
}

function mostOf({ max_redemptions: most }: Parameters, coupon: Stripe.Coupon): number | null {
  if (most === undefined) return null
  if (coupon.max_redemptions !== null && most > coupon.max_redemptions) {
    throw parameterInvalid('max_redemptions', 'max_redemptions cannot exceed that of the coupon.')
  }
  return positive(most, 'max_redemptions')
}
