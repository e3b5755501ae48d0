import type Stripe from 'stripe'
import { lineAmountMinor } from '../billing/prices.ts'
import type { Context } from '../context.ts'
import { buildPlan } from '../objects/plan.ts'
import { unexpanded } from '../objects/subscription-item.ts'
import { notSupportedYet, parameterInvalid, resourceMissing } from '../wire/error-catalogue.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import { checkRecurring } from './create-subscription.ts'
import { sellablePrice } from './sellable-price.ts'

/**
 * The items with their changes. Only what needs no proration: `proration_behavior: 'none'` with the same interval, and
 * metadata. A new price without a quantity sets the quantity to 1, as at Stripe.
 */
export function changedItems(
  context: Context,
  subscription: Stripe.Subscription,
  parameters: Stripe.SubscriptionUpdateParams,
): Stripe.SubscriptionItem[] {
  let items = subscription.items.data
  for (const [index, change] of (parameters.items ?? []).entries()) {
    const at = (field: string): string => `items[${index}][${field}]`
    if (change.id === undefined) {
      throw notSupportedYet('Adding an item to a subscription (an item without its `id`)', at('id'))
    }
    const item = items.find((each) => each.id === change.id)
    if (item === undefined) throw resourceMissing('subscription item', change.id, at('id'))
    const isBilledAnew = change.price !== undefined || change.quantity !== undefined
    if (isBilledAnew && parameters.proration_behavior !== 'none') {
      throw notSupportedYet(
        "Prorating a change of items (anything but proration_behavior 'none')",
        'proration_behavior',
      )
    }
    const changed = changedItem(context, item, change, at('price'))
    items = items.map((each) => (each.id === item.id ? changed : each))
  }
  return items
}

function changedItem(
  context: Context,
  item: Stripe.SubscriptionItem,
  change: Stripe.SubscriptionUpdateParams.Item,
  param: string,
): Stripe.SubscriptionItem {
  const metadata = mergedMetadata(item.metadata, change.metadata)
  if (change.price === undefined || change.price === item.price.id) {
    return { ...item, metadata, quantity: change.quantity ?? item.quantity ?? 1 }
  }
  const price = sellablePrice(context, change.price, param)
  checkRecurring(price, param)
  if (price.currency !== item.price.currency) {
    throw parameterInvalid(param, `The price must be in ${item.price.currency}, as the subscription is.`)
  }
  const [before, after] = [item.price.recurring, price.recurring]
  if (before?.interval !== after?.interval || before?.interval_count !== after?.interval_count) {
    throw notSupportedYet('Changing to a price of another interval', param)
  }
  const quantity = change.quantity ?? 1
  lineAmountMinor(price, quantity)
  return { ...item, metadata, price: unexpanded(price), plan: buildPlan(price), quantity }
}
