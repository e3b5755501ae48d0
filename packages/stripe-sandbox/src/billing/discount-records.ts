import type { LineTax, LineTotals } from './totals.ts'

/** What a coupon shows only when it is asked for; `id` is the coupon's. */
export interface CouponScope {
  id: string
  /** Products that it is limited to; null for all. */
  products: string[] | null
  /** Currency → what it takes off there, minor units, its own currency included; null for a percentage. */
  amountsOffMinor: Record<string, number> | null
  /** Takes no new buyers; discounts that were given keep it. */
  isDeleted: boolean
}

/** The least amounts of a promotion code beside its own currency, minor units; `id` is the code's. */
export interface PromotionCodeScope {
  id: string
  minimumsMinor: Record<string, number>
}

/**
 * What a discount takes off, as its coupon was when it was given: deleting the coupon, or making another one with its id,
 * changes nothing about it. `id` is the discount's.
 */
export interface GivenDiscount {
  id: string
  percentOff: number | null
  amountsOffMinor: Record<string, number> | null
  products: string[] | null
  /** For one invoice only. */
  isOnce: boolean
  /** Taken away, used up or past its end. */
  isOver: boolean
}

/** What a Checkout session comes to, in the parts that it shows only when asked for; `id` is the session's. */
export interface CheckoutAmounts {
  id: string
  discounts: LineTotals['discountAmounts']
  taxes: LineTax[]
  /** `id` is the line's. */
  lines: ({ id: string } & LineTotals)[]
}
