import type Stripe from 'stripe'

/** Whether a price bills what was used, after it was used; the others bill a quantity in advance. */
export function isMetered(price: Stripe.Price): boolean {
  return price.recurring?.usage_type === 'metered'
}

/**
 * The moment from which an item's usage has not been billed yet, unix seconds. Windows of one item follow one another without a gap, also
 * over a pause, so that nothing is billed twice or never.
 */
export function usageStart(item: Stripe.SubscriptionItem): number {
  return item.billed_until ?? item.current_period_start
}

/** The item, billed until a moment. */
export function billedUntil(item: Stripe.SubscriptionItem, until: number): Stripe.SubscriptionItem {
  return isMetered(item.price) ? { ...item, billed_until: until } : item
}
