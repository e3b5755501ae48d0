import { lockAccess } from '../../db/queries/access.ts'
import { listDuplicateOwners } from '../../db/queries/backfill.ts'
import { listUnendedSubscriptionIds } from '../../db/queries/subscriptions.ts'
import { inTransaction } from '../../db/transaction.ts'
import { duplicateSubscription } from '../../domain/transitions.ts'
import { announce } from '../announce.ts'
import type { SyncContext } from '../context.ts'
import { storeTransitions } from '../store-transitions.ts'

/**
 * Tells and records, as a sync does (sync-group.ts), who pays two subscriptions: the record is what the policy works on. Returns how many
 * owners do, also those that were told before.
 */
export async function announceDuplicates(context: SyncContext): Promise<number> {
  const { db, clock } = context
  const owners = await listDuplicateOwners(db.query)
  for (const ownerId of owners) {
    const stored = await inTransaction(db, async (tx) => {
      const now = clock.now()
      await lockAccess(tx, ownerId)
      // Again, under the lock: one may have ended since all were listed.
      const unended = await listUnendedSubscriptionIds(tx, ownerId)
      return await storeTransitions(tx, ownerId, duplicateSubscription(unended), now)
    })
    announce(context, ownerId, stored)
  }
  return owners.length
}
