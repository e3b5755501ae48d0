import type Stripe from 'stripe'
import type { Context } from '../../context.ts'
import { idOf } from '../../store/tables.ts'
import { previousAttributes } from '../previous-attributes.ts'
import type { GrantedFeatures, HeldEntitlement } from '../records.ts'
import { entitlementSummary } from './entitlement-summary.ts'

// A subscription grants the features that its products had when its running period began, or when the product came onto it. What is
// attached to a product later counts from the next period on, so the grants are written down and not looked up.

/** Statuses in which a subscription entitles its customer. `past_due` is our choice: Stripe publishes no list. */
const entitling: ReadonlySet<string> = new Set(['active', 'trialing', 'past_due'])

/** After an event about a subscription: what its customer may use, anew; `entitlements.active_entitlement_summary.updated`. */
export function followEntitlements(context: Context, type: Stripe.Event['type'], object: object): void {
  // Most sandboxes have no features, and every event comes by here.
  if (!type.startsWith('customer.subscription.') || context.store.count('entitlements.feature') === 0) return
  // A boundary: the type of the event says what its object is.
  const { id, customer } = object as Stripe.Subscription
  const subscription = context.store.get('subscription', id)
  if (subscription) grant(context, subscription)
  refresh(context, idOf(customer) ?? '')
}

function grant(context: Context, subscription: Stripe.Subscription): void {
  const known = context.store.get('granted_features', subscription.id)?.grants ?? []
  const grants = subscription.items.data.map((item) => {
    const product = idOf(item.price.product) ?? ''
    const periodStart = item.current_period_start
    const before = known.find((each) => each.product === product && each.periodStart === periodStart)
    return before ?? { product, periodStart, features: featuresOf(context, product) }
  })
  context.store.put('granted_features', { id: subscription.id, grants })
}

function featuresOf(context: Context, product: string): string[] {
  return [...context.store.where('product_feature', 'product', product)].map(({ feature }) => feature)
}

function refresh(context: Context, customer: string): void {
  const { store } = context
  const before = [...store.where('active_entitlement', 'customer', customer)]
  const wanted = new Set<string>()
  for (const { id, status } of store.where('subscription', 'customer', customer)) {
    if (entitling.has(status))
      for (const feature of featuresIn(store.get('granted_features', id))) wanted.add(feature)
  }
  for (const { id, feature } of before) if (!wanted.has(feature)) store.delete('active_entitlement', id)
  const held = new Set(before.map(({ feature }) => feature))
  for (const feature of wanted)
    if (!held.has(feature)) store.put('active_entitlement', newly(context, customer, feature))
  const after = [...store.where('active_entitlement', 'customer', customer)]
  const summary = entitlementSummary(customer, after)
  if (sameHeld(before, after)) return
  const previous = previousAttributes(entitlementSummary(customer, before), summary)
  context.emit('entitlements.active_entitlement_summary.updated', summary, previous)
}

function featuresIn(granted: GrantedFeatures | undefined): string[] {
  return granted?.grants.flatMap(({ features }) => features) ?? []
}

function newly(context: Context, customer: string, feature: string): HeldEntitlement {
  const lookupKey = context.store.get('entitlements.feature', feature)?.lookup_key ?? ''
  return { id: context.ids.newId('ent_'), customer, feature, lookupKey }
}

function sameHeld(before: readonly HeldEntitlement[], after: readonly HeldEntitlement[]): boolean {
  const ids = new Set(before.map(({ id }) => id))
  return before.length === after.length && after.every(({ id }) => ids.has(id))
}
