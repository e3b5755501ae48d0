import { acquireLease, extendLease, type Lease, releaseLease } from '../db/queries/leases.ts'
import type { SyncContext } from './context.ts'

/**
 * Longer than a sync takes as a rule. One that takes longer is not wrong, only repeated: by then somebody else may have taken
 * the lease, and the fence refuses what the slow one brings. A process that died blocks its group for this long.
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
