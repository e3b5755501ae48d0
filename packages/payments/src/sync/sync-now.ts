import { type CheckoutSessionRow, findCheckoutSession } from '../db/queries/checkout-sessions.ts'
import { findCustomerOfOwner } from '../db/queries/customers.ts'
import { findSubscription, type SubscriptionRow } from '../db/queries/subscriptions.ts'
import { DomainError } from '../domain/errors.ts'
import type { SyncContext } from './context.ts'
import { ForeignResource } from './fetch-all.ts'
import { resolveOwner } from './resolve-customer.ts'
import { syncGroup } from './sync-group.ts'
import { type CustomerLease, withCustomerLease } from './with-customer-lease.ts'

/**
 * Fetches one Checkout session of an owner with all that it brought about, writes it, and returns the row. For the success page.
 * Throws `unknown_checkout_session` when it does not exist or is not this owner's: the two must look alike.
 */
export async function syncCheckoutSession(
  context: SyncContext,
  { ownerId, sessionId }: { ownerId: string; sessionId: string },
): Promise<CheckoutSessionRow> {
  const stripeCustomerId = await findStripeCustomer(context, ownerId)
  try {
    await withCustomerLease(context, stripeCustomerId, (lease) =>
      syncGroup(context, lease, { ownerId, stripeCustomerId }, [
        { resource: 'checkout_session', id: sessionId },
      ]),
    )
  } catch (error) {
    if (error instanceof ForeignResource) throw new DomainError('unknown_checkout_session', { cause: error })
    throw error
  }
  const row = await findCheckoutSession(context.db.query, sessionId)
  if (row?.owner_id !== ownerId) throw new DomainError('unknown_checkout_session')
  return row
}

async function findStripeCustomer(context: SyncContext, ownerId: string): Promise<string> {
  const customer = await findCustomerOfOwner(context.db.query, ownerId)
  if (!customer?.stripe_customer_id) throw new DomainError('unknown_checkout_session')
  return customer.stripe_customer_id
}

/**
 * Inside `withCustomerLease`: fetches one subscription, writes it, and returns the row. For an action that has just changed it
 * at Stripe, or wants to know how it stands there.
 */
export async function syncSubscription(
  context: SyncContext,
  lease: CustomerLease,
  subscriptionId: string,
): Promise<SubscriptionRow> {
  const owner = await resolveOwner(context, lease.groupKey)
  if (!owner) throw new Error(`Customer ${lease.groupKey} is not ours`)
  await syncGroup(context, lease, owner, [{ resource: 'subscription', id: subscriptionId }])
  const row = await findSubscription(context.db.query, subscriptionId)
  if (!row) throw new Error(`Subscription ${subscriptionId} does not exist at Stripe`)
  return row
}
