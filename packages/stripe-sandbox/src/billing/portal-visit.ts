import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import type { PortalDone } from './portal-flow.ts'

/** A portal session that may be used now. */
export interface PortalVisitor {
  session: Stripe.BillingPortal.Session
  configuration: Stripe.BillingPortal.Configuration
  customer: Stripe.Customer
  /** What the link is for, until that is done; null: for the whole portal. */
  flow: Stripe.BillingPortal.Session.Flow | null
  /** What ended the flow; null: nothing, or there was none. */
  flowDone: PortalDone | null
}

/** What decides about what a customer may do at a portal. */
export type PortalTerms = Pick<PortalVisitor, 'configuration' | 'customer' | 'flow'>

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
  const visit = store.get('portal_visit', session.id)
  const lastSeenAt = visit?.lastSeenAt
  const endsAt = lastSeenAt === undefined ? session.created + openWithin : lastSeenAt + idleFor
  if (clock.now() > endsAt) return 'expired'
  store.put('portal_visit', { ...visit, id: session.id, lastSeenAt: clock.now() })
  const flowDone = visit?.flowDone ?? null
  return { session, configuration, customer, flow: flowDone === null ? session.flow : null, flowDone }
}

/** Whether the portal's configuration offers a feature. */
export function allows(
  { configuration }: Pick<PortalVisitor, 'configuration'>,
  feature: keyof Stripe.BillingPortal.Configuration.Features,
): boolean {
  return configuration.features[feature].enabled
}

export function refused(message: string): Extract<PortalAnswer, { done: false }> {
  return { done: false, message }
}

/** A subscription of the customer whose portal this is. */
export function ownSubscription(
  context: Context,
  portalSessionId: string,
  subscriptionId: string,
): { subscription: Stripe.Subscription; visit: PortalVisitor } | Extract<PortalAnswer, { done: false }> {
  const visit = visitPortal(context, portalSessionId)
  if (visit === undefined || visit === 'expired') return refused('This portal link has expired.')
  const subscription = context.store.get('subscription', subscriptionId)
  return subscription !== undefined && idOf(subscription.customer) === visit.customer.id
    ? { subscription, visit }
    : refused('There is no such subscription.')
}
