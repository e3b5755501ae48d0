import { readInboxFigures } from '../db/queries/events.ts'
import type { SyncContext } from '../sync/context.ts'
import { createRepeat, type Repeat } from './repeat.ts'

const EVERY_MS = 10_000

/**
 * Keeps the figures of the inbox for `/metrics` up to date. While the database does not say what waits, all since the last look counts as
 * waiting: nothing is worked off then.
 */
export function createInboxFigures(context: SyncContext): Repeat {
  const { db, clock, metrics } = context
  let waitsSince = clock.now()
  return createRepeat(context, {
    name: 'inbox figures',
    everyMs: EVERY_MS,
    async work() {
      try {
        const { pending, oldestReceivedAt, dead } = await readInboxFigures(db.query)
        waitsSince = oldestReceivedAt ?? clock.now()
        metrics.inboxPending.set(pending)
        metrics.inboxDead.set(dead)
      } finally {
        metrics.inboxOldestSeconds.set(Math.max(0, (clock.now().getTime() - waitsSince.getTime()) / 1000))
      }
    },
  })
}
