import type Stripe from 'stripe'
import { notSupportedYet } from '../wire/error-catalogue.ts'

type Features = Stripe.BillingPortal.Configuration.Features
type Parameters = Stripe.BillingPortal.ConfigurationUpdateParams

/** Features with the parameters of a create or update applied. @throws StripeApiError for one that the pages do not have yet. */
export function changedFeatures(current: Features, { features, login_page: login }: Parameters): Features {
  if (login?.enabled) throw notSupportedYet('The login page of the portal', 'login_page[enabled]')
  for (const name of ['customer_update', 'subscription_update', 'subscription_pause'] as const) {
    if (features?.[name]?.enabled) throw notSupportedYet(`The portal's ${name}`, `features[${name}][enabled]`)
  }
  if (features === undefined) return current
  return {
    ...current,
    invoice_history: features.invoice_history ?? current.invoice_history,
    payment_method_update: {
      ...current.payment_method_update,
      enabled: features.payment_method_update?.enabled ?? current.payment_method_update.enabled,
    },
    subscription_cancel: changedCancel(current.subscription_cancel, features.subscription_cancel),
  }
}

function changedCancel(
  current: Features['subscription_cancel'],
  parameters: Stripe.BillingPortal.ConfigurationUpdateParams.Features.SubscriptionCancel | undefined,
): Features['subscription_cancel'] {
  const proration = parameters?.proration_behavior
  if (proration !== undefined && proration !== 'none') {
    throw notSupportedYet('Prorating a cancellation', 'features[subscription_cancel][proration_behavior]')
  }
  const reason = parameters?.cancellation_reason
  return {
    ...current,
    cancellation_reason: {
      ...current.cancellation_reason,
      enabled: reason?.enabled ?? current.cancellation_reason.enabled,
      options: reason?.options || current.cancellation_reason.options,
    },
    enabled: parameters?.enabled ?? current.enabled,
    mode: parameters?.mode ?? current.mode,
  }
}
