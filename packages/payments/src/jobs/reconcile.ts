import type { ActionContext } from '../actions/context.ts'
import { settleLeftovers } from '../actions/settle-leftovers.ts'
import { readSuspectFigures } from '../db/queries/suspects.ts'
import { WEBHOOK_GRACE_MS } from '../domain/event-feed.ts'
import { type FeedContext, readFeed, readFeedPosition, readUndelivered } from '../reconcile/event-feed.ts'
import { isBackfillAtWork } from '../reconcile/job-lease.ts'
import { settleSuspects } from '../reconcile/settle-suspects.ts'
import { sweep } from '../reconcile/sweep.ts'
import { createRepeat, type Repeat } from './repeat.ts'

export interface ReconcileSettings {
  /**
   * beside: after webhooks, for what they missed. only: there is no webhook endpoint, events come by the feed alone. off: not
   * read at all.
   */
  feed: 'beside' | 'only' | 'off'
  feedEveryMs: number
  /** From the end of one sweep to the next; null: none. */
  sweepEveryMs: number | null
}

const UNDELIVERED_EVERY_MS = 15 * 60_000
const LEFTOVERS_EVERY_MS = 10 * 60_000
/** How often to look whether a sweep or a suspect is due. */
const SWEEP_LOOK_MS = 15_000

/** What finds out by itself what no webhook told. One replica at a time does each. */
export function createReconciliation(
  context: ActionContext & FeedContext,
  settings: ReconcileSettings,
  wake: () => void,
): Repeat[] {
  context.metrics.sweepEverySeconds.set((settings.sweepEveryMs ?? 0) / 1000)
  const jobs = [leftovers(context), settling(context)]
  if (settings.feed !== 'off') jobs.push(eventFeed(context, settings, wake))
  if (settings.feed === 'beside') jobs.push(undelivered(context, wake))
  if (settings.sweepEveryMs !== null) jobs.push(sweeping(context, settings, settings.sweepEveryMs))
  return jobs
}

function eventFeed(context: FeedContext, { feed, feedEveryMs }: ReconcileSettings, wake: () => void): Repeat {
  const { clock, metrics, log } = context
  let readUntil: number | null = null
  return createRepeat(context, {
    name: 'event feed',
    everyMs: feedEveryMs,
    async work(signal) {
      let taken: number | null
      try {
        readUntil = await readFeedPosition(context)
        taken = await readFeed(context, { isOnly: feed === 'only' }, signal)
        // Of all: another replica may have read.
        readUntil = await readFeedPosition(context)
      } finally {
        // Whatever failed: it grows then.
        if (readUntil !== null) metrics.feedLagSeconds.set(clock.now().getTime() / 1000 - readUntil)
      }
      if (taken !== null && taken > 0) wake()
      if (feed === 'beside' && taken) log.warn({ events: taken }, 'Webhooks missed events')
    },
  })
}

function undelivered(context: FeedContext, wake: () => void): Repeat {
  return createRepeat(context, {
    name: 'undelivered events',
    everyMs: UNDELIVERED_EVERY_MS,
    async work(signal) {
      if (await readUndelivered(context, signal)) wake()
    },
  })
}

function sweeping(context: ActionContext, { feed }: ReconcileSettings, everyMs: number): Repeat {
  const graceMs = feed === 'only' ? 0 : WEBHOOK_GRACE_MS
  return createRepeat(context, {
    name: 'sweep',
    everyMs: SWEEP_LOOK_MS,
    async work(signal) {
      await sweep(context, { everyMs, graceMs }, signal)
    },
  })
}

/** Where no sweep runs too: leftovers, backfills and the look at the catalogue at a start suspect as well. Any number of processes: the customers' leases keep them apart. */
function settling(context: ActionContext): Repeat {
  const { db, clock, metrics } = context
  return createRepeat(context, {
    name: 'suspects',
    everyMs: SWEEP_LOOK_MS,
    async work(signal) {
      try {
        // It settles them itself, when it has brought what is history.
        if (!(await isBackfillAtWork(context))) await settleSuspects(context, signal)
      } finally {
        const { count, dueAt } = await readSuspectFigures(db.query)
        const overdueMs = dueAt === null ? 0 : clock.now().getTime() - dueAt.getTime()
        metrics.suspects.set(count)
        metrics.suspectsOverdueSeconds.set(Math.max(0, overdueMs / 1000))
      }
    },
  })
}

function leftovers(context: ActionContext): Repeat {
  return createRepeat(context, {
    name: 'leftovers',
    everyMs: LEFTOVERS_EVERY_MS,
    work: (signal) => settleLeftovers(context, signal),
  })
}
