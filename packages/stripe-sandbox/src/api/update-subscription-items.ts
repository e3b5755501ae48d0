import type Stripe from 'stripe'
import { applyCoupon, type DiscountPlace, endDiscount } from '../billing/discounts.ts'
import { priceIn, sellsIn } from '../billing/price-in.ts'
import { lineAmountMinor } from '../billing/prices.ts'
import { isMetered } from '../billing/usage/metered.ts'
import type { Context } from '../context.ts'
import { buildPlan } from '../objects/plan.ts'
import { buildSubscriptionItem, unexpanded } from '../objects/subscription-item.ts'
import { idOf } from '../store/tables.ts'
import { parameterInvalid, parameterMissing, resourceMissing } from '../wire/error-catalogue.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import { givenPrice } from './inline-price.ts'
import { redemptionsOf } from './redemptions.ts'
import { quantityOf, recurringPrice, taxRatesOf } from './subscription-lines.ts'

type Change = Stripe.SubscriptionUpdateParams.Item

/**
 * The items with their changes; added ones carry no real period yet. Without its `id` a price is added beside those that are
 * there, and both bill. A new price without a quantity sets the quantity to 1, as at Stripe.
 */
export function changedItems(
  context: Context,
  subscription: Stripe.Subscription,
  changes: readonly Change[],
): Stripe.SubscriptionItem[] {
  let items = subscription.items.data
  for (const [index, change] of changes.entries()) {
    const at = `items[${index}]`
    if (change.id === undefined) {
      items = [...items, addedItem(context, subscription, items, change, at)]
      continue
    }
    const item = items.find((each) => each.id === change.id)
    if (item === undefined) throw resourceMissing('subscription item', change.id, `${at}[id]`)
    if (change.deleted) for (const discount of item.discounts) endDiscount(context, idOf(discount) ?? '')
    const changed = change.deleted ? [] : [changedItem(context, subscription, item, change, at)]
    items = items.flatMap((each) => (each.id === item.id ? changed : [each]))
  }
  if (items.length === 0) {
    throw parameterInvalid('items', 'A subscription must have at least one active plan.')
  }
  if (items.length > 20) throw parameterInvalid('items', 'A subscription can have at most 20 items.')
  return items
}

function addedItem(
  context: Context,
  subscription: Stripe.Subscription,
  items: readonly Stripe.SubscriptionItem[],
  change: Change,
  at: string,
): Stripe.SubscriptionItem {
  if (change.deleted) throw parameterMissing(`${at}[id]`)
  const price = priceFor(context, subscription, change, at)
  if (items.some((item) => item.price.id === price.id)) {
    throw parameterInvalid(
      `${at}[price]`,
      `Cannot add multiple subscription items with the same plan: ${price.id}`,
    )
  }
  const now = context.clock.now()
  const item = buildSubscriptionItem(context.ids, {
    subscription: subscription.id,
    price,
    quantity: quantityOf(price, change.quantity, at),
    created: now,
    periodStart: now,
    periodEnd: now,
    metadata: mergedMetadata({}, change.metadata),
    taxRates: taxRatesOf(context, change.tax_rates || [], `${at}[tax_rates]`),
  })
  return { ...item, discounts: discountsOf(context, subscription, item, change, at) }
}

function changedItem(
  context: Context,
  subscription: Stripe.Subscription,
  item: Stripe.SubscriptionItem,
  change: Change,
  at: string,
): Stripe.SubscriptionItem {
  const kept: Stripe.SubscriptionItem = {
    ...item,
    discounts: discountsOf(context, subscription, item, change, at),
    metadata: mergedMetadata(item.metadata, change.metadata),
    tax_rates:
      change.tax_rates === undefined
        ? item.tax_rates
        : taxRatesOf(context, change.tax_rates || [], `${at}[tax_rates]`),
  }
  if (change.price_data === undefined && (change.price === undefined || change.price === item.price.id)) {
    if (isMetered(item.price)) {
      quantityOf(item.price, change.quantity, at)
      return kept
    }
    return { ...kept, quantity: change.quantity ?? item.quantity ?? 1 }
  }
  const price = priceFor(context, subscription, change, at)
  const quantity = quantityOf(price, change.quantity, at)
  const { quantity: _, ...others } = { ...kept, price: unexpanded(price), plan: buildPlan(price) }
  if (isMetered(price)) return others
  lineAmountMinor(priceIn(context, price, subscription.currency), quantity)
  return { ...others, quantity }
}

function priceFor(
  context: Context,
  subscription: Stripe.Subscription,
  change: Change,
  at: string,
): Stripe.Price {
  const price = givenPrice(context, change, at, (id, param) => recurringPrice(context, id, param))
  if (sellsIn(context, price, subscription.currency)) return price
  throw parameterInvalid(
    `${at}[price]`,
    `The price must be in ${subscription.currency}, as the subscription is.`,
  )
}

/** Given ones take the place of those that are there, unless they name these; `''` takes all away. */
function discountsOf(
  context: Context,
  subscription: Stripe.Subscription,
  item: Stripe.SubscriptionItem,
  { discounts }: Change,
  at: string,
): Stripe.SubscriptionItem['discounts'] {
  const customer = idOf(subscription.customer)
  return replacedDiscounts(context, item.discounts, discounts, {
    param: `${at}[discounts]`,
    customer,
    currency: subscription.currency,
    place: { customer, subscription: subscription.id, subscriptionItem: item.id },
  })
}

interface Replacement {
  param: string
  customer: string | null
  currency: string
  place: DiscountPlace
}

/** What a `discounts` parameter of an update leaves: the named ones of before and the new ones; the others end. */
export function replacedDiscounts(
  context: Context,
  before: readonly (string | Stripe.Discount)[],
  given: Stripe.Emptyable<{ coupon?: string; discount?: string; promotion_code?: string }[]> | undefined,
  { param, customer, currency, place }: Replacement,
): string[] {
  const ids = before.flatMap((discount) => idOf(discount) ?? [])
  if (given === undefined) return ids
  const wanted = given || []
  const kept = ids.filter((id) => wanted.some(({ discount }) => discount === id))
  for (const id of ids) if (!kept.includes(id)) endDiscount(context, id)
  const fresh = wanted.filter(({ discount }) => discount === undefined)
  const redemptions = redemptionsOf(context, fresh, { customer, currency, totalMinor: null }, param)
  const added = redemptions.map((redemption) => applyCoupon(context, redemption, place))
  return [...kept, ...added.map(({ id }) => id)]
}
