import type { Lease } from '../db/queries/leases.ts'
import type { SyncContext } from '../sync/context.ts'
import { giveLeaseBack, keepLease, takeLease } from '../sync/lease.ts'

/** What one replica at a time does. Each has a lease of its own beside those of the customers, whose keys hold no colon. */
export type JobName = 'feed' | 'undelivered events' | 'sweep' | 'retention'

export interface JobLease {
  /** To be asked between two pages: false when another replica has taken over, or this one is stopping. */
  goesOn(): Promise<boolean>
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
