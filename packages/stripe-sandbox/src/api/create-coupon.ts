import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { buildCoupon } from '../objects/coupon.ts'
import {
  parameterInvalid,
  parameterMissing,
  parametersExclusive,
  resourceAlreadyExists,
} from '../wire/error-catalogue.ts'
import { existing } from '../wire/existing.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import { checkedCurrency } from './checked-currency.ts'
import { positive } from './positive.ts'

type Parameters = Stripe.CouponCreateParams

export const couponCreateParameters = [
  'amount_off',
  'applies_to.products',
  'currency',
  'currency_options.*',
  'duration',
  'duration_in_months',
  'id',
  'max_redemptions',
  'metadata.*',
  'name',
  'percent_off',
  'redeem_by',
] as const

const fiveYears = 5 * 366 * 86_400

export function createCoupon(context: Context, parameters: Parameters): Stripe.Coupon {
  const id = parameters.id ?? context.ids.randomText(8)
  if (context.store.get('coupon', id) && context.store.get('coupon_scope', id)?.isDeleted !== true) {
    throw resourceAlreadyExists('Coupon')
  }
  if (parameters.name !== undefined) checkCouponName(parameters.name)
  const value = whatIsOff(parameters)
  const coupon = buildCoupon({
    id,
    created: context.clock.now(),
    percentOff: value.percentOff,
    amountOffMinor: value.amountOffMinor,
    currency: value.currency,
    ...durationOf(parameters),
    maxRedemptions:
      parameters.max_redemptions === undefined
        ? null
        : positive(parameters.max_redemptions, 'max_redemptions'),
    redeemBy: redeemByOf(parameters, context.clock.now()),
    name: parameters.name ?? null,
    metadata: mergedMetadata({}, parameters.metadata),
  })
  context.store.put('coupon', coupon)
  context.store.put('coupon_scope', {
    id,
    products: productsOf(context, parameters),
    amountsOffMinor: value.amountsOffMinor,
    isDeleted: false,
  })
  context.emit('coupon.created', coupon)
  return coupon
}

export function checkCouponName(name: string): void {
  if (name.length > 40) {
    throw parameterInvalid('name', 'Invalid string: name must be at most 40 characters')
  }
}

/** Currency → minor units. @param own the coupon's own currency, which its `amount_off` speaks for. */
export function amountsOff(
  options: NonNullable<Parameters['currency_options']>,
  own: string | null,
): Record<string, number> {
  const entries = Object.entries(options).map(([key, option]) => {
    const param = `currency_options[${key}]`
    const currency = checkedCurrency(key, param)
    if (currency === own) throw parameterInvalid(param, `The currency ${own} is that of the coupon itself.`)
    return [currency, positive(option.amount_off, `${param}[amount_off]`)] as const
  })
  return Object.fromEntries(entries)
}

function whatIsOff({
  percent_off: percent,
  amount_off: amount,
  currency,
  currency_options: options,
}: Parameters) {
  if (percent !== undefined && amount !== undefined) {
    throw parametersExclusive(['percent_off', 'amount_off'])
  }
  if (amount !== undefined) {
    if (currency === undefined) throw parameterMissing('currency')
    const own = checkedCurrency(currency, 'currency')
    const amountOffMinor = positive(amount, 'amount_off')
    const amountsOffMinor = { [own]: amountOffMinor, ...amountsOff(options ?? {}, own) }
    return { percentOff: null, amountOffMinor, currency: own, amountsOffMinor }
  }
  if (percent === undefined) {
    throw parameterInvalid('percent_off', 'You must specify either `percent_off` or `amount_off`.')
  }
  if (percent <= 0 || percent > 100) {
    throw parameterInvalid('percent_off', 'Invalid percent_off: must be above 0 and at most 100.')
  }
  if (Math.round(percent * 100) / 100 !== percent) {
    throw parameterInvalid('percent_off', 'Invalid decimal: percent_off can have at most 2 decimal places.')
  }
  if (options !== undefined) {
    throw parameterInvalid('currency_options', 'currency_options need an amount_off.')
  }
  return { percentOff: percent, amountOffMinor: null, currency: null, amountsOffMinor: null }
}

function durationOf({ duration = 'once', duration_in_months: months }: Parameters): {
  duration: Stripe.Coupon.Duration
  durationInMonths: number | null
} {
  if (duration !== 'repeating') {
    if (months === undefined) return { duration, durationInMonths: null }
    throw parameterInvalid(
      'duration_in_months',
      'You can only set `duration_in_months` if `duration` is `repeating`.',
    )
  }
  if (months === undefined) throw parameterMissing('duration_in_months')
  return { duration, durationInMonths: positive(months, 'duration_in_months') }
}

function redeemByOf({ redeem_by: redeemBy }: Parameters, now: number): number | null {
  if (redeemBy === undefined) return null
  if (redeemBy <= now) throw parameterInvalid('redeem_by', 'The redeem_by date must be in the future.')
  if (redeemBy > now + fiveYears) {
    throw parameterInvalid('redeem_by', 'The redeem_by date cannot be more than 5 years in the future.')
  }
  return redeemBy
}

function productsOf(context: Context, { applies_to: appliesTo }: Parameters): string[] | null {
  const products = appliesTo?.products ?? []
  for (const [index, id] of products.entries()) {
    existing(context, 'product', id, `applies_to[products][${index}]`)
  }
  return products.length > 0 ? [...products] : null
}
