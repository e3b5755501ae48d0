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
import { changedProfile, loginUrl, returnUrl } from './portal-settings.ts'

const settable = [
  'features.customer_update.allowed_updates',
  'features.customer_update.enabled',
  'features.invoice_history.enabled',
  'features.payment_method_update.enabled',
  'features.subscription_cancel.enabled',
  'features.subscription_cancel.mode',
  'features.subscription_cancel.proration_behavior',
  'features.subscription_cancel.cancellation_reason.enabled',
  'features.subscription_cancel.cancellation_reason.feedback_options',
  'features.subscription_cancel.cancellation_reason.options',
  'features.subscription_pause.duration.interval_options.interval',
  'features.subscription_pause.duration.interval_options.interval_count',
  'features.subscription_pause.duration.type',
  'features.subscription_pause.enabled',
  'features.subscription_update.billing_cycle_anchor',
  'features.subscription_update.default_allowed_updates',
  'features.subscription_update.enabled',
  'features.subscription_update.products.adjustable_quantity.enabled',
  'features.subscription_update.products.adjustable_quantity.maximum',
  'features.subscription_update.products.adjustable_quantity.minimum',
  'features.subscription_update.products.prices',
  'features.subscription_update.products.product',
  'features.subscription_update.proration_behavior',
  'features.subscription_update.schedule_at_period_end.conditions.type',
  'features.subscription_update.trial_update_behavior',
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
  const { features, products } = changedFeatures(
    context,
    { features: portalFeaturesOff, products: [] },
    parameters,
  )
  const configuration = buildPortalConfiguration(context.ids, {
    created: context.clock.now(),
    features,
    businessProfile: changedProfile(
      { headline: null, privacy_policy_url: null, terms_of_service_url: null },
      parameters.business_profile,
    ),
    defaultReturnUrl: returnUrl(null, parameters),
    isDefault: false,
    loginUrl: loginUrl(context, null, parameters),
    metadata: mergedMetadata({}, parameters.metadata),
    name: orKept(parameters.name, null),
  })
  context.store.put('billing_portal.configuration', configuration)
  context.store.put('portal_products', { id: configuration.id, products })
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
  const current = {
    features: before.features,
    products: context.store.get('portal_products', id)?.products ?? [],
  }
  const { features, products } = changedFeatures(context, current, parameters)
  const url = loginUrl(context, before.login_page.url, parameters)
  const after: Stripe.BillingPortal.Configuration = {
    ...before,
    active: parameters.active ?? before.active,
    business_profile: changedProfile(before.business_profile, parameters.business_profile),
    default_return_url: returnUrl(before.default_return_url, parameters),
    features,
    login_page: { enabled: url !== null, url },
    metadata: mergedMetadata(before.metadata ?? {}, parameters.metadata),
    name: orKept(parameters.name, before.name),
  }
  context.store.put('portal_products', { id, products })
  return saveChanges(
    context,
    'billing_portal.configuration',
    before,
    { ...after, updated: context.clock.now() },
    'billing_portal.configuration.updated',
  )
}
