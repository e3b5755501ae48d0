import type { ActionContext } from '../actions/context.ts'
import type { Clock } from '../domain/clock.ts'
import type { FeedContext } from '../reconcile/event-feed.ts'
import { createAccessByTime } from './access-by-time.ts'
import { createCatalogueAtStart } from './catalogue-at-start.ts'
import { createClockWatch } from './clock-watch.ts'
import { createDrainLoop, type DrainLoopOptions } from './drain-loop.ts'
import { createDuplicates } from './duplicates.ts'
import { createInboxFigures } from './inbox-figures.ts'
import type { JobSettings } from './job-settings.ts'
import { createOutboxLoop } from './outbox-loop.ts'
import { createOutboxTargets } from './outbox-targets.ts'
import { createPolicyAtStart } from './policy-at-start.ts'
import { createPruning } from './prune.ts'
import { createReconciliation } from './reconcile.ts'
import { createRetention } from './retention.ts'

export interface Jobs {
  start(): void
  /** An event was stored just now. */
  wake(): void
  /**
   * Begins nothing new, and resolves when everything under way is done; the database is needed until then. False when the time ran out
   * first: what is cut off is begun anew elsewhere, when its lease is over.
   */
  stop(timeoutMs: number): Promise<boolean>
}

/** What runs by itself beside the requests. Any number of processes may run it at once; Postgres keeps them apart. */
export function createJobs(
  context: ActionContext & FeedContext,
  settings: JobSettings,
  options: DrainLoopOptions = {},
): Jobs {
  const drain = createDrainLoop(context, { ...settings.drain, ...options })
  // Object.assign, because a spread would ask for the installation's id before the database was asked.
  const delivering = Object.assign(Object.create(context) as typeof context, {
    random: options.random ?? Math.random,
  })
  const outbox = createOutboxLoop(delivering, settings.targets)
  const others = [
    createCatalogueAtStart(context),
    createPolicyAtStart(context),
    createAccessByTime(context, settings.reconcile),
    createDuplicates(context),
    createInboxFigures(context),
    createOutboxTargets(delivering, settings.targets),
    createPruning(context),
    createClockWatch(context),
    createRetention(context, settings.retention),
    ...createReconciliation(context, settings.reconcile, () => drain.wake()),
  ]
  return {
    start() {
      for (const job of others) job.start()
      drain.start()
      outbox.start()
    },
    wake: () => drain.wake(),
    async stop(timeoutMs) {
      const ended = Promise.all([drain.stop(), outbox.stop(), ...others.map((job) => job.stop())])
      return await endedWithin(context.clock, ended, timeoutMs)
    },
  }
}

async function endedWithin(clock: Clock, work: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  const patience = new AbortController()
  const outOfTime = clock.wait(Math.max(0, timeoutMs), patience.signal).then(() => false)
  try {
    return await Promise.race([work.then(() => true), outOfTime])
  } finally {
    patience.abort()
  }
}
