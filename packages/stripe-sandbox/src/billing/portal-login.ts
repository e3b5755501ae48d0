import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { buildPortalSession } from '../objects/billing-portal-session.ts'

/** The configuration whose login page has this token in its address; undefined when none has (any more). */
export function configurationOfLogin(
  context: Context,
  token: string,
): Stripe.BillingPortal.Configuration | undefined {
  for (const configuration of context.store.all('billing_portal.configuration')) {
    const isItsPage = configuration.login_page.url?.endsWith(`/${token}`) ?? false
    if (isItsPage && configuration.active) return configuration
  }
  return undefined
}

/**
 * Makes the link that Stripe mails to somebody who asks for it at a login page; `billing_portal.session.created`. Of several
 * customers with one address it is the newest with a running subscription, or else the newest. Null when nobody has the address.
 */
export function loginByEmail(
  context: Context,
  configuration: Stripe.BillingPortal.Configuration,
  email: string,
): Stripe.BillingPortal.Session | null {
  const customers = [...context.store.where('customer', 'email', email)]
  const customer = customers.find(({ id }) => hasRunning(context, id)) ?? customers[0]
  if (customer === undefined) return null
  const session = buildPortalSession(context.ids, {
    configuration: configuration.id,
    customer: customer.id,
    created: context.clock.now(),
    locale: null,
    returnUrl: configuration.default_return_url,
    origin: context.origin,
  })
  context.store.put('billing_portal.session', session)
  context.emit('billing_portal.session.created', session)
  return session
}

function hasRunning(context: Context, customer: string): boolean {
  for (const { status } of context.store.where('subscription', 'customer', customer)) {
    if (status === 'active' || status === 'trialing' || status === 'past_due') return true
  }
  return false
}
