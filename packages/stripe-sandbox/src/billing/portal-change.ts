import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { StripeApiError } from '../wire/errors.ts'
import { changeInPerson } from './change-in-person.ts'
import { findCode, type Redemption, type Refusal, redeemCode, redeemCoupon } from './check-redemption.ts'
import type { PaymentOutcome } from './outcomes.ts'
import { pageUrls } from './page-urls.ts'
import { dropPendingUpdate } from './pending-update.ts'
import { type PlanQuote, planChange, quotePlan } from './plan-quote.ts'
import { planOptions, type QuantityRange } from './portal-plans.ts'
import type { PortalTerms, PortalVisitor } from './portal-visit.ts'
import { schedulePlan } from './schedule-plan.ts'

/** What a customer chose; the quantity is left out where it cannot be chosen. */
export interface PlanWish {
  price: string
  quantity: number | null
  /** A promotion code as typed; empty when there is none. */
  code: string
}

/** The amounts that the customer agreed to, as the page showed them. Minor units; unix seconds. */
export interface ShownQuote {
  dueMinor: number
  /** Null: there is no next payment. */
  nextMinor: number | null
  quotedAt: number
}

/** Why there is no quote. `field` is to blame, if one is. */
export interface NoQuote {
  message: string
  field: 'price' | 'quantity' | 'code'
}

/** How long the amounts of a quote hold, seconds. */
const quoteHolds = 15 * 60

/** What the change would cost if it were confirmed now, or why it cannot be made. */
export function quoteInPortal(
  context: Context,
  visit: PortalTerms,
  subscription: Stripe.Subscription,
  wish: PlanWish,
  quotedAt: number = context.clock.now(),
): PlanQuote | NoQuote {
  const option = planOptions(context, visit, subscription).find(({ price }) => price.id === wish.price)
  if (option === undefined) return { message: 'Choose one of the plans.', field: 'price' }
  const now = subscription.items.data[0]?.quantity ?? 1
  const quantity = option.quantity === null ? now : (wish.quantity ?? now)
  if (option.quantity !== null && !isWithin(quantity, option.quantity)) {
    return { message: rangeMessage(option.quantity), field: 'quantity' }
  }
  if (option.isCurrent && quantity === now) {
    return { message: 'This is what you have already.', field: 'price' }
  }
  const redemption = wishedDiscount(context, visit, subscription, wish.code)
  if (redemption !== null && 'message' in redemption) return { message: redemption.message, field: 'code' }
  try {
    const settings = visit.configuration.features.subscription_update
    return quotePlan(context, settings, subscription, { option, quantity, redemption, quotedAt })
  } catch (error) {
    // What the sandbox cannot bill is refused here, as the API refuses it.
    if (error instanceof StripeApiError) return { message: error.message, field: 'price' }
    throw error
  }
}

/**
 * Makes the change, if it still costs exactly what the page showed. Call it in a transaction.
 * 'moved': it costs something else by now, or the quote is too old; nothing was done.
 */
export function changeInPortal(
  context: Context,
  visit: PortalVisitor,
  subscription: Stripe.Subscription,
  wish: PlanWish,
  shown: ShownQuote,
): PaymentOutcome | NoQuote | 'moved' {
  const now = context.clock.now()
  if (shown.quotedAt > now || shown.quotedAt < now - quoteHolds) return 'moved'
  const quote = quoteInPortal(context, visit, subscription, wish, shown.quotedAt)
  if ('message' in quote) return quote
  if (quote.dueMinor !== shown.dueMinor || (quote.next?.dueMinor ?? null) !== shown.nextMinor) return 'moved'
  const before = dropPendingUpdate(context, subscription)
  if (quote.scheduledFor !== null) {
    schedulePlan(context, before, quote)
    return { outcome: 'complete' }
  }
  const settings = visit.configuration.features.subscription_update
  const makeChange = (within: Context) => planChange(within, settings, before, quote)
  return changeInPerson(context, before, makeChange, {
    returnUrl: pageUrls.portal(context.origin, visit.session.id),
    purpose: { kind: 'portal_change', session: visit.session.id, subscription: subscription.id },
  })
}

/** The coupon that the change comes with: that of the link, or else the one that was typed. Null: none. */
function wishedDiscount(
  context: Context,
  { customer, configuration, flow }: PortalTerms,
  { currency }: Stripe.Subscription,
  typed: string,
): Redemption | Refusal | null {
  const { store } = context
  const buyer = { customer: customer.id, currency, totalMinor: null }
  const [linked] = flow?.subscription_update_confirm?.discounts ?? []
  const coupon = store.get('coupon', linked?.coupon ?? '')
  if (coupon) return redeemCoupon(context, coupon, buyer)
  const allowed = configuration.features.subscription_update.default_allowed_updates
  const isTyped = typed !== '' && allowed.includes('promotion_code')
  const code = linked
    ? store.get('promotion_code', linked.promotion_code ?? '')
    : isTyped
      ? findCode(context, typed, customer.id)
      : undefined
  if (code) return redeemCode(context, code, buyer)
  return linked || isTyped ? { code: null, message: 'This code is invalid.' } : null
}

function isWithin(quantity: number, { minimum, maximum }: QuantityRange): boolean {
  return Number.isInteger(quantity) && quantity >= minimum && (maximum === null || quantity <= maximum)
}

function rangeMessage({ minimum, maximum }: QuantityRange): string {
  return maximum === null ? `Choose ${minimum} or more.` : `Choose between ${minimum} and ${maximum}.`
}
