import { isDatabaseUnavailable } from '../db/errors.ts'
import { acquireLease, extendLease, type Lease, releaseLease } from '../db/queries/leases.ts'
import type { SyncContext } from './context.ts'

/**
 * Longer than a sync takes as a rule; while Stripe is slow it is kept (`holdingLease`). One that loses it all the same is not wrong, only
 * repeated: the fence refuses what the slow one brings. A process that died blocks its group for this long.
 */
const LEASE_MS = 60_000

type LeaseContext = Pick<SyncContext, 'db' | 'clock'>

/** The lease of a group, or null while somebody else holds it. */
export async function takeLease({ db, clock }: LeaseContext, groupKey: string): Promise<Lease | null> {
  const now = clock.now()
  return await acquireLease(db.query, groupKey, now, new Date(now.getTime() + LEASE_MS))
}

/** Holds it for longer; false when it was lost. */
export async function keepLease({ db, clock }: LeaseContext, lease: Lease): Promise<boolean> {
  return await extendLease(db.query, lease, new Date(clock.now().getTime() + LEASE_MS))
}

export async function giveLeaseBack({ db }: LeaseContext, lease: Lease): Promise<void> {
  await releaseLease(db.query, lease)
}

/**
 * Keeps the lease while `work` is under way, so that two replicas do not take it from each other again and again when Stripe is slow. Most
 * work is done long before: then this asks nothing. Whether the lease was lost is left to the fence.
 */
export async function holdingLease<T>(
  context: LeaseContext,
  lease: Lease,
  work: () => Promise<T>,
  leaseMs = LEASE_MS,
): Promise<T> {
  const done = new AbortController()
  const [worked, kept] = await Promise.allSettled([
    work().finally(() => done.abort()),
    keepUntil(done.signal, context, lease, leaseMs),
  ])
  if (worked.status === 'rejected') throw worked.reason
  if (kept.status === 'rejected') throw kept.reason
  return worked.value
}

async function keepUntil(
  done: AbortSignal,
  { db, clock }: LeaseContext,
  lease: Lease,
  leaseMs: number,
): Promise<void> {
  for (;;) {
    await clock.wait(leaseMs / 3, done)
    if (done.aborted) return
    try {
      if (!(await extendLease(db.query, lease, new Date(clock.now().getTime() + leaseMs)))) return
    } catch (error) {
      // There is time for another try; and who writes would notice.
      if (!isDatabaseUnavailable(error)) throw error
    }
  }
}
