import type Stripe from 'stripe'
import { saveChanges } from '../billing/save-changes.ts'
import type { Context } from '../context.ts'
import { buildPortalConfiguration, portalFeaturesOff } from '../objects/billing-portal-configuration.ts'
import { defineRoute } from '../wire/define-route.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import { orKept } from '../wire/or-kept.ts'
import { page } from '../wire/pagination.ts'
import type { Route } from '../wire/route.ts'
import { changedFeatures } from './portal-features.ts'

const settable = [
  'features.customer_update.enabled',
  'features.invoice_history.enabled',
  'features.payment_method_update.enabled',
  'features.subscription_cancel.enabled',
  'features.subscription_cancel.mode',
  'features.subscription_cancel.proration_behavior',
  'features.subscription_cancel.cancellation_reason.enabled',
  'features.subscription_cancel.cancellation_reason.options',
  'features.subscription_pause.enabled',
  'features.subscription_update.enabled',
  'business_profile.headline',
  'business_profile.privacy_policy_url',
  'business_profile.terms_of_service_url',
  'default_return_url',
  'login_page.enabled',
  'metadata.*',
  'name',
] as const

export const portalConfigurationRoutes: readonly Route[] = [
  defineRoute<Stripe.BillingPortal.ConfigurationCreateParams>({
    method: 'POST',
    path: '/v1/billing_portal/configurations',
    supports: settable,
    handle: createConfiguration,
  }),
  defineRoute<Stripe.BillingPortal.ConfigurationListParams>({
    method: 'GET',
    path: '/v1/billing_portal/configurations',
    supports: ['active', 'is_default'],
    handle: (context, parameters) =>
      page(context, 'billing_portal.configuration', {
        url: '/v1/billing_portal/configurations',
        parameters,
        filter: (configuration) =>
          (parameters.active === undefined || configuration.active === parameters.active) &&
          (parameters.is_default === undefined || configuration.is_default === parameters.is_default),
      }),
  }),
  defineRoute<Stripe.BillingPortal.ConfigurationRetrieveParams>({
    method: 'GET',
    path: '/v1/billing_portal/configurations/:id',
    supports: [],
    handle: (context, _, { id = '' }) => existing(context, 'billing_portal.configuration', id),
  }),
  defineRoute<Stripe.BillingPortal.ConfigurationUpdateParams>({
    method: 'POST',
    path: '/v1/billing_portal/configurations/:id',
    supports: [...settable, 'active'],
    handle: updateConfiguration,
  }),
]

/** Never the default one: that is what saving the Dashboard's portal settings makes, here the demo seed. */
function createConfiguration(
  context: Context,
  parameters: Stripe.BillingPortal.ConfigurationCreateParams,
): Stripe.BillingPortal.Configuration {
  const configuration = buildPortalConfiguration(context.ids, {
    created: context.clock.now(),
    features: changedFeatures(portalFeaturesOff, parameters),
    businessProfile: profile(
      { headline: null, privacy_policy_url: null, terms_of_service_url: null },
      parameters.business_profile,
    ),
    defaultReturnUrl: orKept(parameters.default_return_url, null),
    isDefault: false,
    metadata: mergedMetadata({}, parameters.metadata),
    name: orKept(parameters.name, null),
  })
  context.store.put('billing_portal.configuration', configuration)
  context.emit('billing_portal.configuration.created', configuration)
  return configuration
}

function updateConfiguration(
  context: Context,
  parameters: Stripe.BillingPortal.ConfigurationUpdateParams,
  { id = '' }: Record<string, string>,
): Stripe.BillingPortal.Configuration {
  const before = existing(context, 'billing_portal.configuration', id)
  if (parameters.active === false && before.is_default) {
    throw new StripeApiError('You cannot deactivate the default configuration.', { param: 'active' })
  }
  const after: Stripe.BillingPortal.Configuration = {
    ...before,
    active: parameters.active ?? before.active,
    business_profile: profile(before.business_profile, parameters.business_profile),
    default_return_url: orKept(parameters.default_return_url, before.default_return_url),
    features: changedFeatures(before.features, parameters),
    metadata: mergedMetadata(before.metadata ?? {}, parameters.metadata),
    name: orKept(parameters.name, before.name),
  }
  return saveChanges(
    context,
    'billing_portal.configuration',
    before,
    { ...after, updated: context.clock.now() },
    'billing_portal.configuration.updated',
  )
}

function profile(
  current: Stripe.BillingPortal.Configuration.BusinessProfile,
  parameters: Stripe.BillingPortal.ConfigurationUpdateParams.BusinessProfile | undefined,
): Stripe.BillingPortal.Configuration.BusinessProfile {
  return {
    headline: orKept(parameters?.headline, current.headline),
    privacy_policy_url: orKept(parameters?.privacy_policy_url, current.privacy_policy_url),
    terms_of_service_url: orKept(parameters?.terms_of_service_url, current.terms_of_service_url),
  }
}
