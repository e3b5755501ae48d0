import {
  type Buyer,
  isRefusal,
  type Redemption,
  type Refusal,
  redeemCode,
  redeemCoupon,
} from '../billing/check-redemption.ts'
import type { Context } from '../context.ts'
import { parameterMissing, parametersExclusive } from '../wire/error-catalogue.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'
import { existingCoupon } from './coupons.ts'

/** One element of a `discounts` parameter that gives something new. */
interface DiscountParameter {
  coupon?: string
  promotion_code?: string
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
  return discounts.map(({ coupon, promotion_code: code }, index) => {
    const at = `${param}[${index}]`
    if (coupon !== undefined && code !== undefined) {
      throw parametersExclusive([`${at}[coupon]`, `${at}[promotion_code]`])
    }
    if (code !== undefined) {
      const found = existing(context, 'promotion_code', code, `${at}[promotion_code]`)
      return orThrow(redeemCode(context, found, buyer), `${at}[promotion_code]`)
    }
    if (coupon === undefined) throw parameterMissing(`${at}[coupon]`)
    const found = existingCoupon(context, coupon, `${at}[coupon]`)
    return orThrow(redeemCoupon(context, found, buyer), `${at}[coupon]`)
  })
}

function orThrow(outcome: Redemption | Refusal, param: string): Redemption {
  if (!isRefusal(outcome)) return outcome
  throw new StripeApiError(outcome.message, {
    ...(outcome.code === null ? {} : { code: outcome.code }),
    param,
  })
}
