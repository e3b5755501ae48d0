import { isLockTimeout } from '../db/errors.ts'
import {
  addEventWeeks,
  deleteOldEvents,
  dropEventWeek,
  type EventWeek,
  listEventWeeks,
  weekOf,
} from '../db/queries/event-partitions.ts'
import { withJobLease } from '../reconcile/job-lease.ts'
import type { SyncContext } from '../sync/context.ts'
import { createRepeat, type Repeat } from './repeat.ts'

export interface RetentionSettings {
  /** How long a settled event is kept at least, from when Stripe made it. */
  eventDays: number
}

/** Nothing of Stripe. */
export type RetentionContext = Pick<SyncContext, 'db' | 'clock' | 'log'>

const HOUR_MS = 60 * 60_000
const DAY_MS = 24 * HOUR_MS
const WEEK_MS = 7 * DAY_MS
/** Stripe retries for three days and lists thirty. */
const WEEKS_BACK = 5
/** So long may every process be away before events come to lie among the rest. */
const WEEKS_AHEAD = 4
const DELETED_AT_A_TIME = 5_000
const MOST_TRIES = 20
const BETWEEN_TRIES_MS = 500

/** Keeps the inbox from growing for ever. One replica at a time. */
export function createRetention(context: SyncContext, settings: RetentionSettings): Repeat {
  return createRepeat(context, {
    name: 'retention',
    everyMs: HOUR_MS,
    async work(signal) {
      await withJobLease(context, 'retention', signal, async (job) => {
        await addComingWeeks(context, signal)
        await dropOldWeeks(context, settings, job.goesOn, signal)
      })
    },
  })
}

type GoesOn = () => Promise<boolean>

export async function addComingWeeks(context: RetentionContext, signal: AbortSignal): Promise<void> {
  const present = new Set((await listEventWeeks(context.db.query)).map(({ partition }) => partition))
  const now = context.clock.now().getTime()
  const wanted = Array.from({ length: WEEKS_BACK + 1 + WEEKS_AHEAD }, (_, index) =>
    weekOf(new Date(now + (index - WEEKS_BACK) * WEEK_MS)),
  )
  const missing = wanted.filter(({ partition }) => !present.has(partition))
  await whenFree(context, signal, () => addEventWeeks(context.db, missing))
}

/** A week goes when its last event is old enough. One with events that wait or were given up stays, and is named in the log. */
export async function dropOldWeeks(
  context: RetentionContext,
  { eventDays }: RetentionSettings,
  goesOn: GoesOn,
  signal: AbortSignal,
): Promise<void> {
  const { db, clock, log } = context
  const before = new Date(clock.now().getTime() - eventDays * DAY_MS)
  for (const week of await listEventWeeks(db.query)) {
    if (week.until > before) break
    if (!(await goesOn())) return
    const unsettled = await whenFree(context, signal, () => dropEventWeek(db, week))
    tellOf(context, week, unsettled)
  }
  let deleted = DELETED_AT_A_TIME
  while (deleted === DELETED_AT_A_TIME && (await goesOn())) {
    deleted = await deleteOldEvents(db.query, before, DELETED_AT_A_TIME)
    if (deleted > 0) log.info({ events: deleted }, 'Old events that lay in no week are deleted')
  }
}

function tellOf({ log }: RetentionContext, { partition, from }: EventWeek, unsettled: number): void {
  if (unsettled === 0) {
    log.info({ partition, from }, 'Events of a week are dropped: they were old enough')
  } else {
    log.warn(
      { partition, from, unsettled },
      'Events of an old week are kept: some wait or were given up. Retry or ignore them (billhook events list --status dead)',
    )
  }
}

/** Somebody reads the inbox for longer than deliveries may wait behind us: a dump, for example. */
async function whenFree<T>(
  { clock }: RetentionContext,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (!isLockTimeout(error) || tries >= MOST_TRIES || signal.aborted) throw error
      await clock.wait(BETWEEN_TRIES_MS, signal)
    }
  }
}
