import type Stripe from 'stripe'
import type { PortalVisitor } from '../../src/billing/portal-visit.ts'
import { visitPortal } from '../../src/billing/portal-visit.ts'
import { startLife } from './lives.ts'

type Features = Stripe.BillingPortal.ConfigurationCreateParams.Features
type Update = Stripe.BillingPortal.ConfigurationCreateParams.Features.SubscriptionUpdate

export const demoProducts = [
  { product: 'prod_demo_starter', prices: ['price_demo_starter_monthly'] },
  { product: 'prod_demo_team', prices: ['price_demo_team_monthly', 'price_demo_team_yearly'] },
]

/** A configuration that offers plan changes among the demo plans. */
export function offersPlans(update: Partial<Update> = {}): Features {
  return {
    payment_method_update: { enabled: true },
    subscription_cancel: { enabled: true },
    subscription_update: {
      enabled: true,
      default_allowed_updates: ['price', 'quantity'],
      products: demoProducts,
      proration_behavior: 'always_invoice',
      ...update,
    },
  }
}

/** A subscriber, and links to a portal with these features. */
export async function startPortal(
  features: Features = offersPlans(),
  subscription: Partial<Stripe.SubscriptionCreateParams> = {},
) {
  const life = await startLife(subscription)
  const { stripe, sandbox, customer, born } = life
  const configuration = await stripe.billingPortal.configurations.create({ features })

  const open = (parameters: Partial<Stripe.BillingPortal.SessionCreateParams> = {}) =>
    stripe.billingPortal.sessions.create({
      customer: customer.id,
      configuration: configuration.id,
      return_url: 'https://shop.example/account',
      ...parameters,
    })

  return {
    ...life,
    configuration,
    /** A new portal session. */
    open,
    /** The pages of the plan in a new portal session. */
    plan: async () => {
      const { url } = await open()
      return { url, at: `${url}/subscriptions/${born.id}` }
    },
    /** Works as the pages do: in a visit of a session, as one transaction. */
    visit: <R>(sessionId: string, work: (visitor: PortalVisitor) => R): R =>
      sandbox.context.store.transaction(() => {
        const visitor = visitPortal(sandbox.context, sessionId)
        if (visitor === undefined || visitor === 'expired') throw new Error(`no portal session ${sessionId}`)
        return work(visitor)
      }),
  }
}
