import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { buildPortalConfiguration, portalFeaturesOff } from '../objects/billing-portal-configuration.ts'

/** The default portal configuration, as saving the portal settings in Stripe's Dashboard makes it. */
export function seedPortalConfiguration(context: Context): void {
  const configuration = buildPortalConfiguration(context.ids, {
    created: context.clock.now(),
    features: {
      ...portalFeaturesOff,
      customer_update: {
        allowed_updates: ['name', 'email', 'phone', 'address', 'shipping', 'tax_id'],
        enabled: true,
      },
      invoice_history: { enabled: true },
      payment_method_update: { enabled: true, payment_method_configuration: null },
      subscription_cancel: {
        ...portalFeaturesOff.subscription_cancel,
        cancellation_reason: { ...portalFeaturesOff.subscription_cancel.cancellation_reason, enabled: true },
        enabled: true,
      },
      subscription_update: {
        ...portalFeaturesOff.subscription_update,
        default_allowed_updates: ['price', 'quantity'],
        enabled: true,
        proration_behavior: 'always_invoice',
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
  context.store.put('portal_products', { id: configuration.id, products: plans.map(asProduct) })
  context.emit('billing_portal.configuration.created', configuration)
}

const plans = [
  { product: 'prod_demo_starter', prices: ['price_demo_starter_monthly'] },
  { product: 'prod_demo_team', prices: ['price_demo_team_monthly', 'price_demo_team_yearly'] },
]

function asProduct(plan: {
  product: string
  prices: string[]
}): Stripe.BillingPortal.Configuration.Features.SubscriptionUpdate.Product {
  return { ...plan, adjustable_quantity: { enabled: true, maximum: null, minimum: 1 } }
}
