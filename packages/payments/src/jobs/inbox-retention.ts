import { forgetDrift } from '../db/queries/drift.ts'
import {
  BODIES,
  deleteOldBodies,
  deleteOldEvents,
  dropEventWeek,
  EVENTS,
  listInboxWeeks,
} from '../db/queries/event-partitions.ts'
import { addWeeks, listMissingWeeks, type Week, weeksAround } from '../db/queries/weekly-partitions.ts'
import { inSteps } from './in-steps.ts'
import type { GoesOn, RetentionContext, RetentionSettings } from './retention.ts'
import { whenFree } from './when-free.ts'

const DAY_MS = 24 * 60 * 60_000
/** Stripe retries for three days and lists thirty. */
const WEEKS_BACK = 5
/** So long may every process be away before events come to lie among the rest. */
const WEEKS_AHEAD = 4

export async function addComingWeeks(context: RetentionContext, signal: AbortSignal): Promise<void> {
  const { db, clock } = context
  const wanted = weeksAround(clock.now(), WEEKS_BACK, WEEKS_AHEAD)
  // A replica of the version before bodies had a table adds weeks of events alone: first those that both lack.
  for (const tables of [[EVENTS, BODIES], [BODIES]] as const) {
    const missing = await listMissingWeeks(db.query, tables[0], wanted)
    await whenFree(context, signal, () => addWeeks(db, tables, missing))
  }
}

/** A week goes when its last event is old enough. One with events that wait or were given up stays, and is named in the log. */
export async function dropOldWeeks(
  context: RetentionContext,
  { eventDays }: Pick<RetentionSettings, 'eventDays'>,
  goesOn: GoesOn,
  signal: AbortSignal,
): Promise<void> {
  const { db, clock, log } = context
  const before = new Date(clock.now().getTime() - eventDays * DAY_MS)
  for (const week of await listInboxWeeks(db.query)) {
    if (week.until > before) break
    if (!(await goesOn())) return
    const unsettled = await whenFree(context, signal, () => dropEventWeek(db, week))
    tellOf(context, week, unsettled)
  }
  await inSteps(goesOn, async (limit) => {
    const deleted = await deleteOldEvents(db.query, before, limit)
    if (deleted > 0) log.info({ events: deleted }, 'Old events that lay in no week are deleted')
    return deleted
  })
  await inSteps(goesOn, (limit) => deleteOldBodies(db.query, before, limit))
}

/** As old as the events whose absence they tell of. */
export async function forgetOldDrift(
  { db, clock }: RetentionContext,
  { eventDays }: Pick<RetentionSettings, 'eventDays'>,
  goesOn: GoesOn,
): Promise<void> {
  const before = new Date(clock.now().getTime() - eventDays * DAY_MS)
  await inSteps(goesOn, (limit) => forgetDrift(db.query, before, limit))
}

function tellOf({ log }: RetentionContext, { name: week, from }: Week, unsettled: number): void {
  if (unsettled === 0) {
    log.info({ week, from }, 'Events of a week are dropped: they were old enough')
  } else {
    log.warn(
      { week, from, unsettled },
      'Events of an old week are kept: some wait or were given up. Retry or ignore them (billhook events list --status dead)',
    )
  }
}
