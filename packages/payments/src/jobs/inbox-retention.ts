import {
  BODIES,
  deleteOldBodies,
  deleteOldEvents,
  dropEventWeek,
  EVENTS,
  listInboxWeeks,
} from '../db/queries/event-partitions.ts'
import {
  addWeeks,
  listWeeks,
  type Week,
  type WeeklyTable,
  weeksAround,
} from '../db/queries/weekly-partitions.ts'
import type { GoesOn, RetentionContext, RetentionSettings } from './retention.ts'
import { whenFree } from './when-free.ts'

const DAY_MS = 24 * 60 * 60_000
/** Stripe retries for three days and lists thirty. */
const WEEKS_BACK = 5
/** So long may every process be away before events come to lie among the rest. */
const WEEKS_AHEAD = 4
const DELETED_AT_A_TIME = 5_000

export async function addComingWeeks(context: RetentionContext, signal: AbortSignal): Promise<void> {
  const [events, bodies] = await Promise.all([missingOf(context, EVENTS), missingOf(context, BODIES)])
  const both = events.filter(({ name }) => bodies.some((week) => week.name === name))
  await whenFree(context, signal, () => addWeeks(context.db, [EVENTS, BODIES], both))
  // As a rule no more: a replica of the version before bodies had a table adds weeks of events alone.
  const alone = bodies.filter(({ name }) => !both.some((week) => week.name === name))
  await whenFree(context, signal, () => addWeeks(context.db, [BODIES], alone))
}

async function missingOf({ db, clock }: RetentionContext, table: WeeklyTable): Promise<Week[]> {
  const present = new Set((await listWeeks(db.query, table)).map(({ name }) => name))
  return weeksAround(clock.now(), WEEKS_BACK, WEEKS_AHEAD).filter(({ name }) => !present.has(name))
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
  let deleted = DELETED_AT_A_TIME
  while (deleted === DELETED_AT_A_TIME && (await goesOn())) {
    deleted = await deleteOldEvents(db.query, before, DELETED_AT_A_TIME)
    if (deleted > 0) log.info({ events: deleted }, 'Old events that lay in no week are deleted')
  }
  let bodies = DELETED_AT_A_TIME
  while (bodies === DELETED_AT_A_TIME && (await goesOn())) {
    bodies = await deleteOldBodies(db.query, before, DELETED_AT_A_TIME)
  }
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
