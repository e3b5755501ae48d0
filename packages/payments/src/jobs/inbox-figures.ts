import { readInboxFigures } from '../db/queries/events.ts'
import type { SyncContext } from '../sync/context.ts'
import { createRepeat, type Repeat } from './repeat.ts'

const EVERY_MS = 10_000

/** Keeps the figures of the inbox for `/metrics` up to date. */
export function createInboxFigures(context: SyncContext): Repeat {
  const { db, clock, metrics } = context
  return createRepeat(context, {
    name: 'inbox figures',
    everyMs: EVERY_MS,
    async work() {
      const { pending, oldestReceivedAt, dead } = await readInboxFigures(db.query)
      const ageMs = oldestReceivedAt ? clock.now().getTime() - oldestReceivedAt.getTime() : 0
      metrics.inboxPending.set(pending)
      metrics.inboxOldestSeconds.set(Math.max(0, ageMs / 1000))
      metrics.inboxDead.set(dead)
    },
  })
}
