import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { buildPortalSession } from '../objects/billing-portal-session.ts'
import { idOf } from '../store/tables.ts'

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
  return startSession(context, {
    configuration: configuration.id,
    customer: customer.id,
    locale: null,
    returnUrl: configuration.default_return_url,
  })
}

/** A session whose link is over, and that its customer may go on with (`after_expiration`). */
export function recoverableSession(
  { store, clock }: Context,
  portalSessionId: string,
): Stripe.BillingPortal.Session | undefined {
  const session = store.get('billing_portal.session', portalSessionId)
  if (session?.after_expiration?.type !== 'customer_login') return undefined
  const expiresAt = session.after_expiration.customer_login?.expires_at ?? null
  return expiresAt === null || expiresAt > clock.now() ? session : undefined
}

/** Another link like one that is over, for who knows the customer's email address; null for anybody else. */
export function loginAgain(
  context: Context,
  session: Stripe.BillingPortal.Session,
  email: string,
): Stripe.BillingPortal.Session | null {
  const customer = context.store.get('customer', session.customer)
  if (!customer?.email || customer.email.toLowerCase() !== email.toLowerCase()) return null
  return startSession(context, {
    configuration: idOf(session.configuration) ?? '',
    customer: customer.id,
    locale: session.locale,
    returnUrl: session.return_url,
    flow: session.flow,
    afterExpiration: session.after_expiration ?? null,
  })
}

function startSession(
  context: Context,
  input: Omit<Parameters<typeof buildPortalSession>[1], 'created' | 'origin'>,
): Stripe.BillingPortal.Session {
  const { origin, clock } = context
  const session = buildPortalSession(context.ids, { ...input, created: clock.now(), origin })
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
