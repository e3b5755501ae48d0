import type Stripe from 'stripe'
import type { Context } from '../context.ts'

type Flow = Stripe.BillingPortal.Session.Flow

/** What a customer can have done at the portal. */
export type PortalDone =
  | 'canceled'
  | 'paused'
  | 'renewed'
  | 'resumed'
  | 'retained'
  | 'card'
  | 'default'
  | 'removed'
  | 'updated'
  | 'details'
  | 'tax_id'
  | 'tax_id_removed'

/** What ends each flow. A link for a flow leads nowhere else before that, and to its `after_completion` from then on. */
const endings: Readonly<Record<string, readonly PortalDone[]>> = {
  payment_method_update: ['card'],
  customer_update: ['details', 'tax_id'],
  subscription_cancel: ['canceled', 'retained'],
  subscription_pause: ['paused'],
  subscription_update: ['updated'],
  subscription_update_confirm: ['updated'],
}

/** Notes what was done at a portal session: if its link was for that, the flow is over. */
export function noteDone({ store }: Context, portalSessionId: string, done: PortalDone): void {
  const flow = store.get('billing_portal.session', portalSessionId)?.flow ?? null
  const visit = store.get('portal_visit', portalSessionId)
  if (flow === null || visit === undefined || visit.flowDone !== undefined) return
  if (endings[flow.type]?.includes(done)) store.put('portal_visit', { ...visit, flowDone: done })
}

/** The subscription that a flow is about; null when it is about none. */
export function subscriptionOfFlow(flow: Flow): string | null {
  return (
    (
      flow.subscription_cancel ??
      flow.subscription_pause ??
      flow.subscription_update ??
      flow.subscription_update_confirm
    )?.subscription ?? null
  )
}
