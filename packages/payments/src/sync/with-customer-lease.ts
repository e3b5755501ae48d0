import { type Lease, StaleLease } from '../db/queries/leases.ts'
import { DomainError } from '../domain/errors.ts'
import type { SyncContext } from './context.ts'
import { giveLeaseBack, takeLease } from './lease.ts'

/** The right to sync one customer, held. Its `groupKey` is the Stripe customer id. */
export type CustomerLease = Lease

/** A sync that is under way takes one or two round trips to Stripe. */
const PATIENCE_MS = 10_000
const EVERY_MS = 50

/**
 * Runs `work` while this process alone may sync this customer. Waits politely for a sync that is under way.
 * Throws `request_in_progress` when the lease does not become free in time, or was lost because `work` took too long.
 */
export async function withCustomerLease<T>(
  context: SyncContext,
  stripeCustomerId: string,
  work: (lease: CustomerLease) => Promise<T>,
): Promise<T> {
  const lease = await waitForLease(context, stripeCustomerId)
  try {
    return await work(lease)
  } catch (error) {
    if (!(error instanceof StaleLease)) throw error
    throw new DomainError('request_in_progress', { retryAfterSeconds: 2, cause: error })
  } finally {
    await giveLeaseBack(context, lease)
  }
}

async function waitForLease(context: SyncContext, groupKey: string): Promise<Lease> {
  const untilMs = context.clock.elapsedMs() + PATIENCE_MS
  for (;;) {
    const lease = await takeLease(context, groupKey)
    if (lease) return lease
    if (context.clock.elapsedMs() >= untilMs) break
    await context.clock.wait(EVERY_MS)
  }
  throw new DomainError('request_in_progress', { retryAfterSeconds: 2 })
}
