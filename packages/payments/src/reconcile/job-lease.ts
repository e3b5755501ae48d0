import { isLeased, type Lease } from '../db/queries/leases.ts'
import type { SyncContext } from '../sync/context.ts'
import { giveLeaseBack, keepLease, takeLease } from '../sync/lease.ts'

/** What one replica at a time does. Each has a lease of its own beside those of the customers, whose keys hold no colon. */
export type JobName = 'feed' | 'undelivered events' | 'sweep' | 'retention'

/** Held by `billhook sync --all` while it lists and repairs. */
export const BACKFILL_LEASE = 'job:backfill'

export interface JobLease {
  /** To be asked between two pages: false when another replica has taken over, or this one is stopping. */
  goesOn(): Promise<boolean>
}

/**
 * Whether a backfill is at work. It compares everything by itself, and what is not in the mirror yet is history to it, which a
 * sweep would take for missed and announce.
 */
export async function isBackfillAtWork({ db, clock }: SyncContext): Promise<boolean> {
  return await isLeased(db.query, BACKFILL_LEASE, clock.now())
}

/** Runs `work` while no other replica does; null when one is at it. */
export async function withJobLease<T>(
  context: SyncContext,
  name: JobName,
  signal: AbortSignal,
  work: (job: JobLease) => Promise<T>,
): Promise<T | null> {
  const lease: Lease | null = await takeLease(context, `job:${name}`)
  if (!lease) return null
  try {
    return await work({ goesOn: async () => !signal.aborted && (await keepLease(context, lease)) })
  } finally {
    await giveLeaseBack(context, lease)
  }
}
