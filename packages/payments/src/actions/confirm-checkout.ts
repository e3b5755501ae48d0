import { type CurrentSubscription, findSubscriptionOfOwner } from '../db/queries/current-subscription.ts'
import type { CheckoutLineItem } from '../domain/checkout-line-item.ts'
import type { Principal } from '../domain/principal.ts'
import { syncCheckoutSession } from '../sync/sync-now.ts'
import type { ActionContext } from './context.ts'

export interface ConfirmedCheckout {
  /** Stripe's words: open, complete, expired; paid, unpaid, no_payment_required. */
  status: string
  paymentStatus: string
  /** What a complete one-time checkout bought. */
  purchase: { items: CheckoutLineItem[]; amountMinor: number | null; currency: string | null } | null
  subscription: CurrentSubscription | null
}

/**
 * Brings the mirror up to date with one session of the caller, so that a buyer who comes back never sees "not subscribed" because
 * a webhook is late.
 * @throws DomainError unknown_checkout_session, also when it is somebody else's; Stripe's errors
 */
export async function confirmCheckout(
  context: ActionContext,
  principal: Principal,
  sessionId: string,
): Promise<ConfirmedCheckout> {
  const { ownerId } = principal
  const session = await syncCheckoutSession(context, { ownerId, sessionId })
  const isPurchase = session.mode === 'payment' && session.status === 'complete'
  return {
    status: session.status,
    paymentStatus: session.payment_status,
    purchase: isPurchase
      ? { items: session.line_items, amountMinor: session.amount_total_minor, currency: session.currency }
      : null,
    subscription:
      session.subscription_id === null
        ? null
        : await findSubscriptionOfOwner(context.db, ownerId, session.subscription_id),
  }
}
