import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { addCadence } from './periods.ts'
import type { DiscountTerms } from './totals.ts'

/** Where a discount stands. */
export interface DiscountPlace {
  customer: string | null
  subscription?: string | null
  subscriptionItem?: string | null
  invoice?: string | null
  invoiceItem?: string | null
  checkoutSession?: string | null
}

/** Gives a coupon to something: counts the redemption; `customer.discount.created`. The caller has checked that it may. */
export function applyCoupon(
  context: Context,
  coupon: Stripe.Coupon,
  promotionCode: Stripe.PromotionCode | null,
  place: DiscountPlace,
): Stripe.Discount {
  const start = context.clock.now()
  const discount: Stripe.Discount = {
    id: context.ids.newId('di_'),
    object: 'discount',
    checkout_session: place.checkoutSession ?? null,
    customer: place.customer,
    customer_account: null,
    end: endOf(coupon, start),
    invoice: place.invoice ?? null,
    invoice_item: place.invoiceItem ?? null,
    promotion_code: promotionCode?.id ?? null,
    source: { coupon: coupon.id, type: 'coupon' },
    start,
    subscription: place.subscription ?? null,
    subscription_item: place.subscriptionItem ?? null,
  }
  context.store.put('discount', discount)
  countRedemption(context, coupon, promotionCode)
  context.emit('customer.discount.created', discount)
  return discount
}

/** Ends a discount; `customer.discount.deleted`. Invoices that it was on keep it. */
export function endDiscount(context: Context, id: string): void {
  const discount = context.store.get('discount', id)
  if (discount === undefined) return
  const ended = { ...discount, end: context.clock.now() }
  context.store.put('discount', ended)
  context.emit('customer.discount.deleted', ended)
}

/** What a discount takes off an invoice in this currency; undefined when it is unknown or means nothing there. */
export function discountTerms(context: Context, id: string, currency: string): DiscountTerms | undefined {
  const discount = context.store.get('discount', id)
  const coupon = context.store.get('coupon', idOf(discount?.source.coupon) ?? '')
  if (coupon === undefined) return undefined
  const inCurrency =
    coupon.currency === currency ? coupon.amount_off : coupon.currency_options?.[currency]?.amount_off
  if (coupon.percent_off === null && inCurrency == null) return undefined
  return {
    id,
    percentOff: coupon.percent_off,
    amountOffMinor: coupon.percent_off === null ? (inCurrency ?? 0) : null,
    products: coupon.applies_to?.products ?? null,
  }
}

/** The discounts that still count at `at`, unix seconds. */
export function runningDiscounts(
  context: Context,
  discounts: readonly (string | { id: string })[] | null,
  at: number,
): string[] {
  return (discounts ?? []).flatMap((reference) => {
    const id = idOf(reference) ?? ''
    const discount = context.store.get('discount', id)
    return discount && (discount.end === null || discount.end > at) ? [id] : []
  })
}

/** A coupon for one invoice is used up once it took something off. */
export function isUsedUp(context: Context, id: string, invoice: Stripe.Invoice): boolean {
  const coupon = context.store.get('coupon', idOf(context.store.get('discount', id)?.source.coupon) ?? '')
  if (coupon?.duration !== 'once') return false
  return (invoice.total_discount_amounts ?? []).some(
    ({ discount, amount }) => idOf(discount) === id && amount > 0,
  )
}

/** Unix seconds; null: it never ends by itself. */
function endOf(coupon: Stripe.Coupon, start: number): number | null {
  if (coupon.duration !== 'repeating') return null
  return addCadence(start, { interval: 'month', intervalCount: coupon.duration_in_months ?? 1 })
}

function countRedemption(
  context: Context,
  coupon: Stripe.Coupon,
  promotionCode: Stripe.PromotionCode | null,
): void {
  context.store.put('coupon', { ...coupon, times_redeemed: coupon.times_redeemed + 1 })
  if (promotionCode === null) return
  context.store.put('promotion_code', { ...promotionCode, times_redeemed: promotionCode.times_redeemed + 1 })
}
