import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { defineRoute } from '../wire/define-route.ts'
import { embeddedList } from '../wire/embedded-list.ts'
import { parameterMissing, resourceMissing } from '../wire/error-catalogue.ts'
import { existing } from '../wire/existing.ts'
import type { Route } from '../wire/route.ts'
import { recurringPriceDataParameters } from './inline-price.ts'
import { updateSubscription } from './update-subscription.ts'

const changeParameters = [
  'metadata.*',
  'payment_behavior',
  'price',
  ...recurringPriceDataParameters,
  'proration_behavior',
  'proration_date',
  'quantity',
  'tax_rates',
  'discounts.coupon',
  'discounts.promotion_code',
]

/** Each change is an update of the subscription with one item. */
export const subscriptionItemRoutes: readonly Route[] = [
  defineRoute<Stripe.SubscriptionItemCreateParams>({
    method: 'POST',
    path: '/v1/subscription_items',
    supports: ['subscription', ...changeParameters],
    handle: createItem,
  }),
  defineRoute<Stripe.SubscriptionItemListParams>({
    method: 'GET',
    path: '/v1/subscription_items',
    supports: ['subscription'],
    handle: (context, parameters) => {
      const { items } = existing(context, 'subscription', parameters.subscription, 'subscription')
      return embeddedList(items.data, parameters, '/v1/subscription_items')
    },
  }),
  defineRoute<Stripe.SubscriptionItemRetrieveParams>({
    method: 'GET',
    path: '/v1/subscription_items/:id',
    supports: [],
    handle: (context, _, { id = '' }) => ownerOf(context, id).item,
  }),
  defineRoute<Stripe.SubscriptionItemUpdateParams>({
    method: 'POST',
    path: '/v1/subscription_items/:id',
    supports: [...changeParameters, 'off_session', 'discounts.discount'],
    handle: (context, parameters, { id = '' }) => {
      const { subscription } = ownerOf(context, id)
      const { payment_behavior, proration_behavior, proration_date, off_session, ...item } = parameters
      const how = given({ payment_behavior, proration_behavior, proration_date, off_session })
      updateSubscription(context, { ...how, items: [{ ...item, id }] }, { id: subscription.id })
      return ownerOf(context, id).item
    },
  }),
  defineRoute<Stripe.SubscriptionItemDeleteParams>({
    method: 'DELETE',
    path: '/v1/subscription_items/:id',
    supports: ['payment_behavior', 'proration_behavior', 'proration_date'],
    handle: (context, parameters, { id = '' }) => {
      const { subscription } = ownerOf(context, id)
      updateSubscription(context, { ...parameters, items: [{ id, deleted: true }] }, { id: subscription.id })
      return { id, object: 'subscription_item', deleted: true }
    },
  }),
]

function createItem(
  context: Context,
  parameters: Stripe.SubscriptionItemCreateParams,
): Stripe.SubscriptionItem {
  const { subscription: id, payment_behavior, proration_behavior, proration_date, ...item } = parameters
  if (item.price === undefined && item.price_data === undefined) throw parameterMissing('price')
  const before = existing(context, 'subscription', id, 'subscription')
  const how = given({ payment_behavior, proration_behavior, proration_date })
  const after = updateSubscription(context, { ...how, items: [item] }, { id })
  const known = new Set(before.items.data.map((each) => each.id))
  // It is among the subscription's own when it is paid for, or cost nothing at once.
  const items = [...after.items.data, ...(after.pending_update?.subscription_items ?? [])]
  const added = items.find((each) => !known.has(each.id))
  if (added === undefined) throw new Error(`subscription ${id} did not get its new item`)
  return added
}

/** Without what was not given. */
function given<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  // A boundary of the type system: fromEntries forgets the keys.
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>
  }
}

/** Items live inside their subscription. */
function ownerOf(
  context: Context,
  id: string,
): { subscription: Stripe.Subscription; item: Stripe.SubscriptionItem } {
  const [subscription] = context.store.where('subscription', 'item', id)
  const item = subscription?.items.data.find((each) => each.id === id)
  if (!subscription || !item) throw resourceMissing('subscription_item', id)
  return { subscription, item }
}
