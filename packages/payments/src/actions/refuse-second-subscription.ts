import { listSubscriptionStatuses } from '../db/queries/current-subscription.ts'
import { DomainError } from '../domain/errors.ts'
import { blocksSecondSubscription } from '../domain/subscription-status.ts'
import { syncSubscription } from '../sync/sync-now.ts'
import { withCustomerLease } from '../sync/with-customer-lease.ts'
import type { ActionContext } from './context.ts'

/**
 * Whether the mirror has a subscription of this owner that another one beside it would bill twice.
 * @throws DomainError already_subscribed
 */
export async function refuseSecondSubscription(context: ActionContext, ownerId: string): Promise<void> {
  const statuses = await listSubscriptionStatuses(context.db, ownerId)
  if (statuses.some(blocksSecondSubscription)) throw new DomainError('already_subscribed')
}

/**
 * The same question to Stripe, for what the mirror cannot know yet: the dashboard, older code, a webhook on its way. What is
 * found is synced, so that the owner sees it too.
 * @throws DomainError already_subscribed
 */
export async function refuseSecondSubscriptionAtStripe(
  context: ActionContext,
  stripeCustomerId: string,
): Promise<void> {
  const all = context.stripe.subscriptions.list({ customer: stripeCustomerId, status: 'all', limit: 100 })
  for await (const subscription of all) {
    if (!blocksSecondSubscription(subscription.status)) continue
    await withCustomerLease(context, stripeCustomerId, (lease) =>
      syncSubscription(context, lease, subscription.id),
    )
    throw new DomainError('already_subscribed')
  }
}
