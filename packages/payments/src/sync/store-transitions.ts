import type { Tx } from '../db/connect.ts'
import { insertDuplicate } from '../db/queries/duplicate-subscriptions.ts'
import { insertTransitions } from '../db/queries/outbox.ts'
import type { Transition } from '../domain/transitions.ts'

/** Tells the app in this transaction, and records for the policy what it acts on. Returns what was not told before. */
export async function storeTransitions(
  tx: Tx,
  ownerId: string,
  transitions: readonly Transition[],
  now: Date,
): Promise<Transition[]> {
  const stored = await insertTransitions(tx, ownerId, transitions, now)
  for (const { type, payload } of stored) {
    if (type === 'duplicate_subscription.detected')
      await insertDuplicate(tx, ownerId, payload.subscription_ids, now)
  }
  return stored
}
