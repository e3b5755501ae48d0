import {
  type CurrentSubscription,
  findSubscriptionOfOwner,
  findSubscriptionToCancel,
} from '../db/queries/current-subscription.ts'
import type { SubscriptionRow } from '../db/queries/subscriptions.ts'
import { DomainError } from '../domain/errors.ts'
import type { Principal } from '../domain/principal.ts'
import { isLive } from '../domain/subscription-status.ts'
import { syncSubscription } from '../sync/sync-now.ts'
import { type CustomerLease, withCustomerLease } from '../sync/with-customer-lease.ts'
import type { ActionContext } from './context.ts'

/**
 * Cancels the owner's current subscription at the end of its period, and returns it as the mirror has it afterwards. One that
 * is canceled already stays so, unless the owner has another one that goes on: then it is that one's turn. One whose first payment
 * never came (`incomplete`) has no period to wait for: it ends now.
 * @throws DomainError no_subscription; Stripe's errors
 */
export async function cancelSubscription(
  context: ActionContext,
  principal: Principal,
): Promise<CurrentSubscription> {
  const { ownerId } = principal
  const current = await findSubscriptionToCancel(context.db, ownerId)
  if (current === null) throw new DomainError('no_subscription')

  const wasLive = await withCustomerLease(context, current.stripeCustomerId, (lease) =>
    cancelAtStripe(context, lease, current.id),
  )
  // The mirror was behind, and is not any more: it may have another one, or none.
  if (!wasLive) return await cancelSubscription(context, principal)

  const canceled = await findSubscriptionOfOwner(context.db, ownerId, current.id)
  if (canceled === null) throw new Error(`Subscription ${current.id} left its owner while it was canceled`)
  return canceled
}

/** False when Stripe says that there is nothing left to cancel. Stripe is asked first: the portal may have undone or changed it. */
async function cancelAtStripe(
  context: ActionContext,
  lease: CustomerLease,
  subscriptionId: string,
): Promise<boolean> {
  const subscription = await syncSubscription(context, lease, subscriptionId)
  if (!isLive(subscription.status)) return false
  if (endsWithPeriod(subscription)) return true
  // No idempotency key of ours: cancel, undo and cancel again are three wishes, and the state asked for is the same every time.
  if (subscription.status === 'incomplete') await context.stripe.subscriptions.cancel(subscriptionId)
  else await context.stripe.subscriptions.update(subscriptionId, { cancel_at_period_end: true })
  await syncSubscription(context, lease, subscriptionId)
  return true
}

/** The portal cancels by `cancel_at` in flexible billing mode, the API by the flag. */
function endsWithPeriod(subscription: SubscriptionRow): boolean {
  const { cancel_at_period_end, cancel_at, current_period_end } = subscription
  return cancel_at_period_end || (cancel_at !== null && cancel_at <= current_period_end)
}
