import type Stripe from 'stripe'
import type { Context } from '../../context.ts'
import { billedUntil, isMetered } from './metered.ts'
import { settleUsage } from './usage-lines.ts'

/**
 * What was used of metered items that a change ends, bills otherwise, or begins a new period for: it waits for the next invoice, at
 * the price at which it was used.
 */
export function settleChangedUsage(
  context: Context,
  before: Stripe.Subscription,
  after: Stripe.Subscription,
  { at, isReset }: { at: number; isReset: boolean },
): Stripe.InvoiceItem[] {
  return before.items.data
    .filter((item) => isMetered(item.price) && (isReset || isOtherPrice(item, after.items.data)))
    .flatMap((item) => settleUsage(context, before, item, at) ?? [])
}

/** The items with the moment from which their usage counts, where a change moves it: their price or their period begins at `at`. */
export function withUsageStarts(
  before: Stripe.Subscription,
  items: readonly Stripe.SubscriptionItem[],
  { at, isReset }: { at: number; isReset: boolean },
): Stripe.SubscriptionItem[] {
  return items.map((item) =>
    isReset || isOtherPrice(item, before.items.data) ? billedUntil(item, at) : item,
  )
}

function isOtherPrice(item: Stripe.SubscriptionItem, others: readonly Stripe.SubscriptionItem[]): boolean {
  return others.find((other) => other.id === item.id)?.price.id !== item.price.id
}
