import type { Tx } from '../../db/connect.ts'
import { askToLookAt } from '../../db/queries/access.ts'
import type { Transition } from '../../domain/transitions.ts'
import { type AccessContext, tellByTime, watchAccess } from '../access.ts'

/** What was told to the app about one owner, to be announced after the commit. */
export interface Told {
  ownerId: string
  transitions: readonly Transition[]
}

/**
 * Adds rows of these owners of which the app is told nothing, although access depends on them; but where it was told of an owner's access before,
 * whoever looks tells what they change: the last that it was told has to be the truth.
 *
 * What time changed before is told first, or it would pass for a part of what they bring; what it changes from now on is told by whoever looks:
 * for that, what is true with them counts as told. Only owners whom time concerns take that way; the others are looked at later, and one by one.
 */
export async function addSilently<T>(
  tx: Tx,
  context: AccessContext,
  ownerIds: readonly string[],
  now: Date,
  add: () => Promise<T>,
): Promise<{ added: T; told: Told[] }> {
  const byTime = await askToLookAt(tx, ownerIds, now)
  const told: Told[] = []
  for (const ownerId of byTime)
    told.push({ ownerId, transitions: await tellByTime(tx, context, ownerId, now) })
  const added = await add()
  for (const ownerId of byTime) await (await watchAccess(tx, context, ownerId, now)).passOver(tx)
  return { added, told }
}
