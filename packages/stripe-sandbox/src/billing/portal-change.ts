import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { StripeApiError } from '../wire/errors.ts'
import { changeInPerson } from './change-in-person.ts'
import type { PaymentOutcome } from './outcomes.ts'
import { pageUrls } from './page-urls.ts'
import { dropPendingUpdate } from './pending-update.ts'
import { type PlanQuote, planChange, quotePlan } from './plan-quote.ts'
import { planOptions, type QuantityRange } from './portal-plans.ts'
import type { PortalVisitor } from './portal-visit.ts'

/** What a customer chose; the quantity is left out where it cannot be chosen. */
export interface PlanWish {
  price: string
  quantity: number | null
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
  field: 'price' | 'quantity'
}

/** How long the amounts of a quote hold, seconds. */
const quoteHolds = 15 * 60

/** What the change would cost if it were confirmed now, or why it cannot be made. */
export function quoteInPortal(
  context: Context,
  visit: PortalVisitor,
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
  try {
    const settings = visit.configuration.features.subscription_update
    return quotePlan(context, settings, subscription, { option, quantity, quotedAt })
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
  const change = planChange(visit.configuration.features.subscription_update, before, quote)
  return changeInPerson(context, before, change, {
    returnUrl: pageUrls.portal(context.origin, visit.session.id),
    purpose: { kind: 'portal_change', session: visit.session.id, subscription: subscription.id },
  })
}

function isWithin(quantity: number, { minimum, maximum }: QuantityRange): boolean {
  return Number.isInteger(quantity) && quantity >= minimum && (maximum === null || quantity <= maximum)
}

function rangeMessage({ minimum, maximum }: QuantityRange): string {
  return maximum === null ? `Choose ${minimum} or more.` : `Choose between ${minimum} and ${maximum}.`
}
