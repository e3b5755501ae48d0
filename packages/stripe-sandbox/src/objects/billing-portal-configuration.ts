import type Stripe from 'stripe'
import type { Ids } from '../ids.ts'

type Configuration = Stripe.BillingPortal.Configuration

/** What a configuration starts from: every feature off, with Stripe's defaults inside. */
export const portalFeaturesOff: Stripe.BillingPortal.Configuration.Features = {
  customer_update: { allowed_updates: [], enabled: false },
  invoice_history: { enabled: false },
  payment_method_update: { enabled: false, payment_method_configuration: null },
  subscription_cancel: {
    cancellation_reason: {
      enabled: false,
      feedback_options: null,
      options: [
        'too_expensive',
        'missing_features',
        'switched_service',
        'unused',
        'customer_service',
        'too_complex',
        'low_quality',
        'other',
      ],
    },
    enabled: false,
    mode: 'at_period_end',
    proration_behavior: 'none',
  },
  subscription_pause: {
    duration: { interval_options: [{ interval: 'month', interval_count: 1 }], type: 'interval_options' },
    enabled: false,
  },
  subscription_update: {
    billing_cycle_anchor: null,
    default_allowed_updates: [],
    enabled: false,
    proration_behavior: 'none',
    schedule_at_period_end: { conditions: [] },
    trial_update_behavior: 'end_trial',
  },
}

export interface PortalConfigurationInput {
  created: number
  features: Stripe.BillingPortal.Configuration.Features
  businessProfile: Stripe.BillingPortal.Configuration.BusinessProfile
  defaultReturnUrl: string | null
  isDefault: boolean
  /** Address of its login page; null: it has none. */
  loginUrl: string | null
  metadata: Stripe.Metadata
  name: string | null
}

export function buildPortalConfiguration(ids: Ids, input: PortalConfigurationInput): Configuration {
  return {
    id: ids.newId('bpc_'),
    object: 'billing_portal.configuration',
    active: true,
    application: null,
    business_profile: input.businessProfile,
    created: input.created,
    default_return_url: input.defaultReturnUrl,
    features: input.features,
    is_default: input.isDefault,
    livemode: false,
    login_page: { enabled: input.loginUrl !== null, url: input.loginUrl },
    metadata: input.metadata,
    name: input.name,
    updated: input.created,
  }
}
