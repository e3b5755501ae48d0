import type { Tx } from '../db/connect.ts'
import { listMirrored } from '../db/queries/mirrored.ts'
import { insertKeys } from '../db/queries/outbox.ts'
import { findTellingSince } from '../db/queries/untold.ts'
import { together } from '../db/transaction.ts'
import { HISTORY_AFTER_SECONDS } from '../domain/event-feed.ts'
import { lasts, type Transition } from '../domain/transitions.ts'
import type { AccessContext } from './access.ts'
import { addSilently } from './backfill/add-silently.ts'
import type { FetchedResource, WriteScope } from './fetched.ts'

/*
 * An event may be the first to show something that was there long before: of a customer whom the backfill has not come to, or where nobody ran
 * one. What such a row says at first sight is no news, and is told no more than what a backfill adds. That a trial ends is still to come.
 */

/** Those of which the mirror has no row yet, although they were there before events began to tell. */
export async function findHistory(
  tx: Tx,
  fetched: readonly FetchedResource[],
  now: Date,
): Promise<FetchedResource[]> {
  const nowSeconds = now.getTime() / 1000
  // Of what is as young as that nobody has to ask: events tell of it.
  const old = fetched.filter(
    ({ happenedBy }) => happenedBy !== undefined && happenedBy < nowSeconds - HISTORY_AFTER_SECONDS,
  )
  const mirrored = await listMirrored(
    tx,
    old.map(({ doorbell }) => doorbell),
  )
  const unseen = old.filter(({ doorbell }) => !mirrored.has(doorbell.id))
  const since = unseen.length === 0 ? null : await findTellingSince(tx)
  if (since === null) return []
  return unseen.filter(({ happenedBy }) => Number(happenedBy) < since - HISTORY_AFTER_SECONDS)
}

/** Before anything else of the owner is written. Returns what was written; of what that tells `byTime` is stored, `news` is not. */
export async function writeHistory(
  tx: Tx,
  context: AccessContext,
  history: readonly FetchedResource[],
  scope: WriteScope,
): Promise<{ written: FetchedResource[]; byTime: readonly Transition[]; news: Transition[] }> {
  const write = async () => {
    // Again, behind the lock of the owner's access: a page of the backfill may have brought it meanwhile.
    const written = await findHistory(tx, history, scope.now)
    const found = await together(
      tx,
      written.map(async (each) => await each.write(tx, scope)),
    )
    return { written, found: found.flat() }
  }
  const { added, told } = await addSilently(tx, context, [scope.ownerId], scope.now, write)
  const { written, found } = added
  await insertKeys(tx, found.filter(lasts))
  return {
    written,
    byTime: told.flatMap(({ transitions }) => transitions),
    news: found.filter(({ type }) => type === 'subscription.trial_ending'),
  }
}
