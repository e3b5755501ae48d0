import type { ActionContext } from '../actions/context.ts'
import type { FeedContext } from '../reconcile/event-feed.ts'
import { createAccessByTime } from './access-by-time.ts'
import { createCatalogueAtStart } from './catalogue-at-start.ts'
import { createDrainLoop, type DrainLoopOptions } from './drain-loop.ts'
import { createInboxFigures } from './inbox-figures.ts'
import { createPruning } from './prune.ts'
import { createReconciliation, type ReconcileSettings } from './reconcile.ts'
import { createRetention, type RetentionSettings } from './retention.ts'

export interface Jobs {
  start(): void
  /** An event was stored just now. */
  wake(): void
  /** Begins nothing new, and resolves when everything under way is done. The database is needed until then. */
  stop(): Promise<void>
}

export interface JobSettings {
  reconcile: ReconcileSettings
  retention: RetentionSettings
}

/** What runs by itself beside the requests. Any number of processes may run it at once; Postgres keeps them apart. */
export function createJobs(
  context: ActionContext & FeedContext,
  settings: JobSettings,
  options: DrainLoopOptions = {},
): Jobs {
  const drain = createDrainLoop(context, options)
  const others = [
    createCatalogueAtStart(context),
    createAccessByTime(context),
    createInboxFigures(context),
    createPruning(context),
    createRetention(context, settings.retention),
    ...createReconciliation(context, settings.reconcile, () => drain.wake()),
  ]
  return {
    start() {
      for (const job of others) job.start()
      drain.start()
    },
    wake: () => drain.wake(),
    async stop() {
      await Promise.all([drain.stop(), ...others.map((job) => job.stop())])
    },
  }
}
