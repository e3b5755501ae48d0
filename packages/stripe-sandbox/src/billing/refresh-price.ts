import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { buildPlan } from '../objects/plan.ts'
import { unexpanded } from '../objects/subscription-item.ts'

/**
 * Subscriptions and Checkout lines show their prices as these are now (archived, renamed, other metadata), without an event of
 * their own: only the price was changed.
 */
export function refreshPrice(context: Context, price: Stripe.Price): void {
  for (const subscription of [...context.store.all('subscription')]) {
    if (!subscription.items.data.some((item) => item.price.id === price.id)) continue
    const data = subscription.items.data.map((item) =>
      item.price.id === price.id ? { ...item, price: unexpanded(price), plan: buildPlan(price) } : item,
    )
    context.store.put('subscription', { ...subscription, items: { ...subscription.items, data } })
  }
  for (const lines of [...context.store.all('checkout_line_items')]) {
    if (!lines.data.some((line) => line.price?.id === price.id)) continue
    const data = lines.data.map((line) =>
      line.price?.id === price.id ? { ...line, price: unexpanded(price) } : line,
    )
    context.store.put('checkout_line_items', { ...lines, data })
  }
}
