import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'

/** A portal session that may be used now. */
export interface PortalVisitor {
  session: Stripe.BillingPortal.Session
  configuration: Stripe.BillingPortal.Configuration
  customer: Stripe.Customer
}

/** What became of an action; `message` is for the customer. */
export type PortalAnswer = { done: true } | { done: false; message: string }

/** How long after its creation a portal session can be opened, and how long after its last use it goes on. Seconds. */
const openWithin = 5 * 60
const idleFor = 60 * 60

/** Undefined: no such session, or its customer was deleted. Each call is a use that keeps the session alive. */
export function visitPortal(
  context: Context,
  portalSessionId: string,
): PortalVisitor | 'expired' | undefined {
  const { store, clock } = context
  const session = store.get('billing_portal.session', portalSessionId)
  const configuration =
    session && store.get('billing_portal.configuration', idOf(session.configuration) ?? '')
  const customer = session && store.get('customer', session.customer)
  if (session === undefined || configuration === undefined || customer === undefined) return undefined
  const lastSeenAt = store.get('portal_visit', session.id)?.lastSeenAt
  const endsAt = lastSeenAt === undefined ? session.created + openWithin : lastSeenAt + idleFor
  if (clock.now() > endsAt) return 'expired'
  store.put('portal_visit', { id: session.id, lastSeenAt: clock.now() })
  return { session, configuration, customer }
}

/** Whether the portal's configuration offers a feature. */
export function allows(
  visit: PortalVisitor,
  feature: keyof Stripe.BillingPortal.Configuration.Features,
): boolean {
  return visit.configuration.features[feature].enabled
}

export function refused(message: string): Extract<PortalAnswer, { done: false }> {
  return { done: false, message }
}
