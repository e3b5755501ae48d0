import { listOwnersToLookAt } from '../db/queries/access.ts'
import { askNextOwners } from '../db/queries/feature-news.ts'
import { readFeedPosition } from '../reconcile/event-feed.ts'
import { lookAgain } from '../sync/access.ts'
import type { SyncContext } from '../sync/context.ts'
import type { ReconcileSettings } from './reconcile.ts'
import { createRepeat, type Repeat } from './repeat.ts'

const EVERY_MS = 10_000
const OWNERS_AT_A_TIME = 100
/** Longer than the feed takes, and than Stripe's clock and ours may differ by. */
const FEED_TAKES_MS = 10 * 60_000

/**
 * Tells the app what time alone changed, or the features of a product. Any number of processes may run it: each owner's row is locked while it
 * is looked at. While Stripe's list of events was not read for a while (this was down, or Stripe is away, or our clock is ahead), nothing is: the
 * invoice may be paid by now, and who has paid must not be told that his grace is over.
 */
export function createAccessByTime(
  context: SyncContext,
  { feed, feedEveryMs }: Pick<ReconcileSettings, 'feed' | 'feedEveryMs'>,
): Repeat {
  return createRepeat(context, {
    name: 'access by time',
    everyMs: EVERY_MS,
    async work(signal) {
      const isBehind = feed !== 'off' && (await isFeedBehind(context, feedEveryMs + FEED_TAKES_MS))
      if (!isBehind) await lookAtDueOwners(context, signal)
    },
  })
}

async function isFeedBehind(context: SyncContext, byMs: number): Promise<boolean> {
  const readUntil = await readFeedPosition(context)
  return readUntil === null || readUntil * 1000 < context.clock.now().getTime() - byMs
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
