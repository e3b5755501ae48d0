import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import type { Redemption } from './check-redemption.ts'
import { countRedemption } from './coupon-validity.ts'
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

/**
 * Gives a coupon to something, counts the redemption and says so (`customer.discount.created`). The caller has checked that it
 * may (check-redemption.ts), and puts the discount's id where it belongs.
 */
export function applyCoupon(context: Context, redemption: Redemption, place: DiscountPlace): Stripe.Discount {
  const discount = planDiscount(context, redemption, place)
  countRedemption(context, redemption.coupon, redemption.promotionCode)
  context.emit('customer.discount.created', discount)
  return discount
}

/** A discount that an open Checkout session shows and that nobody has yet: neither counted nor announced. */
export function planDiscount(
  context: Context,
  { coupon, promotionCode, planned }: Redemption,
  place: DiscountPlace,
): Stripe.Discount {
  const start = context.clock.now()
  const discount: Stripe.Discount = {
    id: planned ?? context.ids.newId('di_'),
    object: 'discount',
    checkout_session: place.checkoutSession ?? null,
    customer: place.customer,
    customer_account: null,
    end: isForOneBill(place) ? null : endOf(coupon, start),
    invoice: place.invoice ?? null,
    invoice_item: place.invoiceItem ?? null,
    promotion_code: promotionCode?.id ?? null,
    source: { coupon: coupon.id, type: 'coupon' },
    start,
    subscription: place.subscription ?? null,
    subscription_item: place.subscriptionItem ?? null,
  }
  const known = context.store.get('given_discount', discount.id)
  const scope = context.store.get('coupon_scope', coupon.id)
  context.store.put('discount', discount)
  context.store.put('given_discount', {
    id: discount.id,
    percentOff: coupon.percent_off,
    amountsOffMinor: scope?.amountsOffMinor ?? null,
    products: scope?.products ?? null,
    isOnce: coupon.duration === 'once',
    ...known,
    isOver: false,
  })
  return discount
}

/** What is bought once, or billed once, has no months that could be over. */
function isForOneBill({ checkoutSession, invoice, invoiceItem }: DiscountPlace): boolean {
  return [checkoutSession, invoice, invoiceItem].some((id) => id != null)
}

/** Forgets a discount that was planned and not given. */
export function forgetPlannedDiscount({ store }: Context, id: string): void {
  store.delete('discount', id)
  store.delete('given_discount', id)
}

/** Ends a discount; `customer.discount.deleted`. Invoices that it was on keep it. */
export function endDiscount(context: Context, id: string): void {
  const discount = context.store.get('discount', id)
  const given = context.store.get('given_discount', id)
  if (discount === undefined || given === undefined || given.isOver) return
  const ended = { ...discount, end: context.clock.now() }
  context.store.put('discount', ended)
  context.store.put('given_discount', { ...given, isOver: true })
  context.emit('customer.discount.deleted', ended)
}

/** Ends those of some discounts that others have taken the place of. */
export function endReplaced(
  context: Context,
  before: readonly (string | Stripe.Discount)[],
  after: readonly (string | Stripe.Discount)[],
): void {
  const kept = new Set(after.map(idOf))
  for (const discount of before) if (!kept.has(idOf(discount))) endDiscount(context, idOf(discount) ?? '')
}

/** What a discount takes off an invoice in this currency; undefined when it is unknown or means nothing there. */
export function discountTerms(context: Context, id: string, currency: string): DiscountTerms | undefined {
  const given = context.store.get('given_discount', id)
  if (given === undefined) return undefined
  const amountOffMinor = given.amountsOffMinor?.[currency] ?? null
  if (given.percentOff === null && amountOffMinor === null) return undefined
  return { id, percentOff: given.percentOff, amountOffMinor, products: given.products }
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
  if (context.store.get('given_discount', id)?.isOnce !== true) return false
  return (invoice.total_discount_amounts ?? []).some(
    ({ discount, amount }) => idOf(discount) === id && amount > 0,
  )
}

/** A subscription without these discounts, neither its own nor those of its items. */
export function withoutDiscounts(
  subscription: Stripe.Subscription,
  gone: ReadonlySet<string>,
): Stripe.Subscription {
  const isLeft = (discount: string | Stripe.Discount): boolean => !gone.has(idOf(discount) ?? '')
  return {
    ...subscription,
    discounts: subscription.discounts.filter(isLeft),
    items: {
      ...subscription.items,
      data: subscription.items.data.map((item) => ({ ...item, discounts: item.discounts.filter(isLeft) })),
    },
  }
}

/** Unix seconds; null: it never ends by itself. */
function endOf(coupon: Stripe.Coupon, start: number): number | null {
  if (coupon.duration !== 'repeating') return null
  return addCadence(start, { interval: 'month', intervalCount: coupon.duration_in_months ?? 1 })
}
