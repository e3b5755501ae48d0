import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { checkedPortalProducts } from './portal-products.ts'

type Parameters = Stripe.BillingPortal.ConfigurationUpdateParams.Features.SubscriptionUpdate
type Feature = Stripe.BillingPortal.Configuration.Features.SubscriptionUpdate

export interface UpdateFeature {
  feature: Feature
  products: Stripe.BillingPortal.Configuration.Features.SubscriptionUpdate.Product[]
}

/** Plan changes as parameters want them. */
export function changedUpdateFeature(
  context: Context,
  { feature, products }: UpdateFeature,
  parameters: Parameters | undefined,
): UpdateFeature {
  if (parameters === undefined) return { feature, products }
  const allowed = parameters.default_allowed_updates ?? feature.default_allowed_updates
  const changed: Feature = {
    ...feature,
    billing_cycle_anchor: parameters.billing_cycle_anchor ?? feature.billing_cycle_anchor,
    default_allowed_updates: allowed === '' ? [] : [...new Set(allowed)],
    enabled: parameters.enabled ?? feature.enabled,
    proration_behavior: parameters.proration_behavior ?? feature.proration_behavior,
    schedule_at_period_end: {
      conditions: conditionsOf(parameters) ?? feature.schedule_at_period_end.conditions,
    },
    trial_update_behavior: parameters.trial_update_behavior ?? feature.trial_update_behavior,
  }
  const { products: given } = parameters
  return {
    feature: changed,
    products: given === undefined ? products : checkedPortalProducts(context, given || [], changed),
  }
}

function conditionsOf({
  schedule_at_period_end: given,
}: Parameters): Feature['schedule_at_period_end']['conditions'] | undefined {
  if (given?.conditions === undefined) return undefined
  return [...new Set((given.conditions || []).map(({ type }) => type))].map((type) => ({ type }))
}
