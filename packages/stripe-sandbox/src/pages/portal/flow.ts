import type { PortalView } from '../../billing/portal.ts'
import { subscriptionOfFlow } from '../../billing/portal-flow.ts'
import { paths } from '../paths.ts'

/** The parts of the portal, as far as links for one flow tell them apart. */
export type Place =
  | 'home'
  | 'cards'
  | 'card'
  | 'cancel'
  | 'pause'
  | 'renew'
  | 'resume'
  | 'update'
  | 'confirm'
  | 'details'
  | 'tax_ids'

/** Whether a link for a flow leads to a part of the portal: to the flow itself, and to what paying for it may need. */
export function isInFlow(
  flow: NonNullable<PortalView['flow']>,
  place: Place,
  subscriptionId: string | undefined,
): boolean {
  if (place === 'home') return true
  if (subscriptionId !== undefined && subscriptionId !== subscriptionOfFlow(flow)) return false
  switch (flow.type) {
    case 'payment_method_update':
      return place === 'cards'
    case 'customer_update':
      return place === 'details' || place === 'tax_ids'
    case 'subscription_cancel':
      return place === 'cancel'
    case 'subscription_pause':
      return place === 'pause'
    case 'subscription_update':
      return place === 'update' || place === 'confirm' || place === 'cards'
    case 'subscription_update_confirm':
      return place === 'confirm' || place === 'cards'
    default:
      return false
  }
}

/** Where a flow begins. */
export function startOfFlow(sessionId: string, flow: NonNullable<PortalView['flow']>): string {
  const subscription = subscriptionOfFlow(flow) ?? ''
  switch (flow.type) {
    case 'customer_update':
      return paths.portalDetails(sessionId)
    case 'subscription_cancel':
      return paths.portalCancel(sessionId, subscription)
    case 'subscription_pause':
      return paths.portalPause(sessionId, subscription)
    case 'subscription_update':
      return paths.portalUpdate(sessionId, subscription)
    case 'subscription_update_confirm': {
      const [item] = flow.subscription_update_confirm?.items ?? []
      const wish = new URLSearchParams({ price: item?.price ?? '', quantity: String(item?.quantity ?? 1) })
      return `${paths.portalConfirm(sessionId, subscription)}?${wish}`
    }
    default:
      return paths.portalCards(sessionId)
  }
}
