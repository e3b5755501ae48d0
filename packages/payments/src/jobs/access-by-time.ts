import { listOwnersToLookAt } from '../db/queries/access.ts'
import { askNextOwners } from '../db/queries/feature-news.ts'
import { lookAgain } from '../sync/access.ts'
import type { SyncContext } from '../sync/context.ts'
import { createRepeat, type Repeat } from './repeat.ts'

const EVERY_MS = 10_000
const OWNERS_AT_A_TIME = 100

/** Tells the app what time alone changed, or the features of a product. Any number of processes may run it: each owner's row is locked while it is looked at. */
export function createAccessByTime(context: SyncContext): Repeat {
  return createRepeat(context, {
    name: 'access by time',
    everyMs: EVERY_MS,
    work: (signal) => lookAtDueOwners(context, signal),
  })
}

export async function lookAtDueOwners(context: SyncContext, signal?: AbortSignal): Promise<void> {
  const { db, clock } = context
  while (!signal?.aborted && (await askNextOwners(db, clock.now())));
  while (!signal?.aborted) {
    const owners = await listOwnersToLookAt(db.query, clock.now(), OWNERS_AT_A_TIME)
    if (owners.length === 0) return
    for (const ownerId of owners) await lookAgain(context, ownerId)
  }
}
