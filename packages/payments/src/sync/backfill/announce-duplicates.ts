import { lockAccess } from '../../db/queries/access.ts'
import { listDuplicateOwners } from '../../db/queries/backfill.ts'
import { insertDuplicate } from '../../db/queries/duplicate-subscriptions.ts'
import { insertTransitions } from '../../db/queries/outbox.ts'
import { listUnendedSubscriptionIds } from '../../db/queries/subscriptions.ts'
import { inTransaction } from '../../db/transaction.ts'
import { duplicateSubscription } from '../../domain/transitions.ts'
import { announce } from '../announce.ts'
import type { SyncContext } from '../context.ts'

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
      const stored = await insertTransitions(tx, ownerId, duplicateSubscription(unended), now)
      for (const { type, payload } of stored) {
        if (type === 'duplicate_subscription.detected')
          await insertDuplicate(tx, ownerId, payload.subscription_ids, now)
      }
      return stored
    })
    announce(context, ownerId, stored)
  }
  return owners.length
}
