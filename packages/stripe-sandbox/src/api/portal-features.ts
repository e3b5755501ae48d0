import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { StripeApiError } from '../wire/errors.ts'
import { changedCancelFeature } from './portal-cancel-feature.ts'
import { changedPauseFeature } from './portal-pause-feature.ts'
import { changedUpdateFeature } from './portal-update-feature.ts'

type Features = Stripe.BillingPortal.Configuration.Features
type Parameters = Stripe.BillingPortal.ConfigurationUpdateParams

/** What a configuration turns on. Stripe shows the products apart: only when they are expanded. */
export interface PortalFeatures {
  features: Features
  products: Stripe.BillingPortal.Configuration.Features.SubscriptionUpdate.Product[]
}

/** Features with the parameters of a create or update applied. @throws StripeApiError for what does not go together. */
export function changedFeatures(
  context: Context,
  current: PortalFeatures,
  { features: given }: Parameters,
): PortalFeatures {
  if (given === undefined) return current
  const { features } = current
  const update = changedUpdateFeature(
    context,
    { feature: features.subscription_update, products: current.products },
    given.subscription_update,
  )
  const changed: Features = {
    ...features,
    customer_update: changedCustomerUpdate(features.customer_update, given.customer_update),
    invoice_history: given.invoice_history ?? features.invoice_history,
    payment_method_update: {
      ...features.payment_method_update,
      enabled: given.payment_method_update?.enabled ?? features.payment_method_update.enabled,
    },
    subscription_cancel: changedCancelFeature(
      context,
      features.subscription_cancel,
      given.subscription_cancel,
    ),
    subscription_pause: changedPauseFeature(features.subscription_pause, given.subscription_pause),
    subscription_update: update.feature,
  }
  // Stripe's words, as github.com/nextjs/saas-starter/issues/68 has them: a change may need another card.
  if (changed.subscription_update.enabled && !changed.payment_method_update.enabled) {
    throw new StripeApiError('Cannot enable subscription updates while payment method update is disabled.')
  }
  return { features: changed, products: update.products }
}

function changedCustomerUpdate(
  current: Features['customer_update'],
  parameters: Stripe.BillingPortal.ConfigurationUpdateParams.Features.CustomerUpdate | undefined,
): Features['customer_update'] {
  const allowed = parameters?.allowed_updates ?? current.allowed_updates
  return {
    allowed_updates: allowed === '' ? [] : [...new Set(allowed)],
    enabled: parameters?.enabled ?? current.enabled,
  }
}
