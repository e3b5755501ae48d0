import type Stripe from 'stripe'
import type { Buyer } from '../billing/check-redemption.ts'
import { applyCoupon, type DiscountPlace } from '../billing/discounts.ts'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { resourceMissing } from '../wire/error-catalogue.ts'
import { redemptionsOf } from './redemptions.ts'

interface Parameter {
  coupon?: string
  discount?: string
  promotion_code?: string
}

/**
 * The ids of the discounts that something has after a `discounts` parameter: coupons and codes become new ones, `discount` keeps one
 * that it has, `''` ends with none, and no parameter leaves them as they are.
 * @throws StripeApiError for one that is not for this buyer, and for a discount that it does not have.
 */
export function ownDiscounts(
  context: Context,
  parameter: Stripe.Emptyable<Parameter[]> | undefined,
  kept: readonly (string | { id: string })[],
  { buyer, place, param }: { buyer: Buyer; place: DiscountPlace; param: string },
): string[] {
  const before = kept.flatMap((discount) => idOf(discount) ?? [])
  if (parameter === undefined) return before
  return (parameter || []).flatMap(({ discount, ...redeemed }, index) => {
    if (discount !== undefined) {
      if (before.includes(discount)) return [discount]
      throw resourceMissing('discount', discount, `${param}[${index}][discount]`)
    }
    return redemptionsOf(context, [redeemed], buyer, `${param}[${index}]`).map(
      (redemption) => applyCoupon(context, redemption, place).id,
    )
  })
}
