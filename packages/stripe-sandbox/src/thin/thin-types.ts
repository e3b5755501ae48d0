import type Stripe from 'stripe'
import known from '../generated/thin-event-types.json' with { type: 'json' }
import { idOf } from '../store/tables.ts'

const names: ReadonlySet<string> = new Set(known)

export function isThinType(name: string): boolean {
  return names.has(name)
}

/** The states that have a thin event of their own; being paused and ending are told by snapshots' twins. */
const toldStatuses = ['active', 'incomplete', 'incomplete_expired', 'past_due', 'trialing', 'unpaid']

/**
 * The thin events of one change: the twin of the snapshot event, and the finer ones that Stripe has beside it, as far as
 * they follow from what the change was.
 */
export function thinTypes(type: string, object: object, previous: object | undefined): string[] {
  return [`v1.${type}`, ...finer(type, object, previous)].filter(isThinType)
}

function finer(type: string, object: object, previous: object | undefined): string[] {
  // A boundary: an event's type says what its object is, and `previous` holds old values of the same kind.
  switch (type) {
    case 'customer.subscription.created':
      return status((object as Stripe.Subscription).status).map((name) => `v1.customer.subscription.${name}`)
    case 'customer.subscription.updated':
      return finerOfSubscription(
        object as Stripe.Subscription,
        (previous ?? {}) as Partial<Stripe.Subscription>,
      )
    case 'price.updated':
      return finerOfPrice(object as Stripe.Price, (previous ?? {}) as Partial<Stripe.Price>)
    case 'product.updated':
      return finerOfProduct(object as Stripe.Product, (previous ?? {}) as Partial<Stripe.Product>)
    default:
      return []
  }
}

function status(name: string): string[] {
  return toldStatuses.includes(name) ? [name] : []
}

function finerOfSubscription(now: Stripe.Subscription, before: Partial<Stripe.Subscription>): string[] {
  return [
    ...('status' in before ? status(now.status) : []),
    ...('cancel_at' in before ? ['cancel_at_changed'] : []),
    ...('default_payment_method' in before ? ['default_payment_method_changed'] : []),
    ...(before.items?.data ? changesOfItems(now.items.data, before.items.data) : []),
  ].map((name) => `v1.customer.subscription.${name}`)
}

function changesOfItems(
  now: readonly Stripe.SubscriptionItem[],
  before: readonly Stripe.SubscriptionItem[],
): string[] {
  const old = new Map(before.map((item) => [item.id, item]))
  const present = new Set(now.map((item) => item.id))
  const differs = (
    changed: (item: Stripe.SubscriptionItem, was: Stripe.SubscriptionItem) => boolean,
  ): boolean =>
    now.some((item) => {
      const was = old.get(item.id)
      return was !== undefined && changed(item, was)
    })
  return [
    ...(now.some((item) => !old.has(item.id)) ? ['item_added'] : []),
    ...(before.some((item) => !present.has(item.id)) ? ['item_removed'] : []),
    ...(differs((item, was) => idOf(item.price) !== idOf(was.price)) ? ['item_price_changed'] : []),
    ...(differs((item, was) => item.quantity !== was.quantity) ? ['item_quantity_changed'] : []),
  ]
}

function finerOfPrice(now: Stripe.Price, before: Partial<Stripe.Price>): string[] {
  return [
    ...('active' in before ? [now.active ? 'activated' : 'deactivated'] : []),
    ...('lookup_key' in before ? ['lookup_key_changed'] : []),
    ...('tax_behavior' in before ? ['tax_behavior_changed'] : []),
  ].map((name) => `v1.price.${name}`)
}

function finerOfProduct(now: Stripe.Product, before: Partial<Stripe.Product>): string[] {
  return [
    ...('active' in before ? [now.active ? 'activated' : 'deactivated'] : []),
    ...('default_price' in before ? ['default_price_changed'] : []),
    ...('tax_code' in before ? ['tax_code_changed'] : []),
  ].map((name) => `v1.product.${name}`)
}
