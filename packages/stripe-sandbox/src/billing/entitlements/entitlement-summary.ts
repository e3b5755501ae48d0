import type Stripe from 'stripe'
import type { HeldEntitlement } from '../records.ts'

/** How many entitlements an event shows; the rest are listed (stripe-facts 2.14). */
const shownInEvent = 10

export function shownEntitlement({
  id,
  feature,
  lookupKey,
}: HeldEntitlement): Stripe.Entitlements.ActiveEntitlement {
  return { id, object: 'entitlements.active_entitlement', feature, livemode: false, lookup_key: lookupKey }
}

/** What a customer may use, as the event tells it. It has no id. */
export function entitlementSummary(
  customer: string,
  held: readonly HeldEntitlement[],
): Stripe.Entitlements.ActiveEntitlementSummary {
  return {
    object: 'entitlements.active_entitlement_summary',
    customer,
    entitlements: {
      object: 'list',
      data: held.slice(0, shownInEvent).map(shownEntitlement),
      has_more: held.length > shownInEvent,
      url: `/v1/customer/${customer}/entitlements`,
    },
    livemode: false,
  }
}
