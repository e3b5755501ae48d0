import { readInboxFigures } from '../db/queries/events.ts'
import type { SyncContext } from '../sync/context.ts'
import { keepAgeOfWaiting } from './age-of-waiting.ts'
import { createRepeat, type Repeat } from './repeat.ts'

const EVERY_MS = 10_000

/** Keeps the figures of the inbox for `/metrics` up to date. */
export function createInboxFigures(context: SyncContext): Repeat {
  const { db, clock, metrics } = context
  const keepAge = keepAgeOfWaiting(clock, metrics.inboxOldestSeconds)
  return createRepeat(context, {
    name: 'inbox figures',
    everyMs: EVERY_MS,
    work: () =>
      keepAge(async () => {
        const { pending, oldestReceivedAt, dead } = await readInboxFigures(db.query)
        metrics.inboxPending.set(pending)
        metrics.inboxDead.set(dead)
        return oldestReceivedAt
      }),
  })
}
