import type { Context } from '../context.ts'
import { buildPortalConfiguration, portalFeaturesOff } from '../objects/billing-portal-configuration.ts'

/** The default portal configuration, as saving the portal settings in Stripe's Dashboard makes it. */
export function seedPortalConfiguration(context: Context): void {
  const configuration = buildPortalConfiguration(context.ids, {
    created: context.clock.now(),
    features: {
      ...portalFeaturesOff,
      invoice_history: { enabled: true },
      payment_method_update: { enabled: true, payment_method_configuration: null },
      subscription_cancel: {
        ...portalFeaturesOff.subscription_cancel,
        cancellation_reason: { ...portalFeaturesOff.subscription_cancel.cancellation_reason, enabled: true },
        enabled: true,
      },
    },
    businessProfile: { headline: null, privacy_policy_url: null, terms_of_service_url: null },
    defaultReturnUrl: null,
    isDefault: true,
    loginUrl: null,
    metadata: {},
    name: null,
  })
  context.store.put('billing_portal.configuration', configuration)
  context.emit('billing_portal.configuration.created', configuration)
}
