import { readOutboxFigures } from '../db/queries/outbox-queues.ts'
import { claimTargets } from '../db/queries/outbox-targets.ts'
import type { Target } from '../outbox/targets.ts'
import type { OutboxContext } from '../outbox/work-queue.ts'
import { keepAgeOfWaiting } from './age-of-waiting.ts'
import { createRepeat, type Repeat } from './repeat.ts'

const EVERY_MS = 10_000
/** A deployment that is down for so long names its targets again when it comes back, and has missed nothing: nothing was stored. */
const FORGOTTEN_AFTER_MS = 24 * 60 * 60_000

/** Says again and again that this process delivers to these targets, and keeps the figures for `/metrics`. */
export function createOutboxTargets(context: OutboxContext, targets: readonly Target[]): Repeat {
  const { db, clock, metrics } = context
  const keepAge = keepAgeOfWaiting(clock, metrics.outboxOldestSeconds)
  return createRepeat(context, {
    name: 'outbox targets',
    everyMs: EVERY_MS,
    work: () =>
      keepAge(async () => {
        await nameTargets(context, targets)
        const { pending, oldestCreatedAt, dead } = await readOutboxFigures(db.query)
        metrics.outboxPending.set(pending)
        metrics.outboxDead.set(dead)
        return oldestCreatedAt
      }),
  })
}

/** From then on what is stored is queued for each of these that wants it. */
export async function nameTargets(
  { db, clock, log }: Pick<OutboxContext, 'db' | 'clock' | 'log'>,
  targets: readonly Target[],
): Promise<void> {
  const now = clock.now()
  const forgotten = await claimTargets(db.query, targets, now, new Date(now.getTime() - FORGOTTEN_AFTER_MS))
  for (const target of forgotten)
    log.warn({ target }, 'Nobody has delivered app events there for a day: what waited was given up')
}
