import type { Transition } from '../../domain/transitions.ts'
import type { Tx } from '../connect.ts'

/** Stores transitions in the transaction that changed the mirror; returns those that were not stored before (I3). */
export async function insertTransitions(
  tx: Tx,
  ownerId: string,
  transitions: readonly Transition[],
  occurredAt: Date,
): Promise<Transition[]> {
  if (transitions.length === 0) return []
  const rows = await tx
    .insertInto('outbox')
    .values(
      transitions.map((transition) => ({
        owner_id: ownerId,
        type: transition.type,
        dedupe_key: transition.dedupeKey,
        payload: JSON.stringify(transition.payload),
        occurred_at: occurredAt,
      })),
    )
    .onConflict((conflict) => conflict.column('dedupe_key').doNothing())
    .returning('dedupe_key')
    .execute()
  const stored = new Set(rows.map((row) => row.dedupe_key))
  return transitions.filter((transition) => stored.has(transition.dedupeKey))
}
