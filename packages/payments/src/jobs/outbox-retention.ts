import {
  DELIVERIES,
  deleteOldAppEvents,
  dropOutboxWeek,
  forgetKeys,
  OUTBOX,
  type OutboxWeek,
} from '../db/queries/outbox-partitions.ts'
import {
  addWeeks,
  listMissingWeeks,
  listWeeks,
  type Week,
  weeksAround,
} from '../db/queries/weekly-partitions.ts'
import { inSteps } from './in-steps.ts'
import type { GoesOn, RetentionContext, RetentionSettings } from './retention.ts'
import { whenFree } from './when-free.ts'

/*
 * What goes with an old week of the outbox:
 *
 *   delivered, or never for anybody   goes
 *   given up                          goes: it was in the list of dead ones, the figures and the alerts since three days after it was told
 *   waits                             keeps the whole week: it is being sent again, by hand or because a target is away
 *
 * An old event waits only where somebody replayed it, or where deliveries stood still for all that time; a target that nobody delivers to any
 * more gives up what waits for it by itself (jobs/outbox-targets), so nothing stays for ever. That each fact is told once does
 * not depend on any of it: `outbox_keys` says so, and is pruned apart (0013_outbox_weeks.sql).
 */
const DAY_MS = 24 * 60 * 60_000
/** Another process's clock may be behind. */
const WEEKS_BACK = 1
/** So long may every process be away before events come to lie among the rest. */
const WEEKS_AHEAD = 4

export async function addComingOutboxWeeks(context: RetentionContext, signal: AbortSignal): Promise<void> {
  const wanted = weeksAround(context.clock.now(), WEEKS_BACK, WEEKS_AHEAD)
  const missing = await listMissingWeeks(context.db.query, OUTBOX, wanted)
  await whenFree(context, signal, () => addWeeks(context.db, [OUTBOX, DELIVERIES], missing))
}

export async function dropOldOutboxWeeks(
  context: RetentionContext,
  { outboxDays }: Pick<RetentionSettings, 'outboxDays'>,
  goesOn: GoesOn,
  signal: AbortSignal,
): Promise<void> {
  const { db, clock, log } = context
  const before = new Date(clock.now().getTime() - outboxDays * DAY_MS)
  for (const week of await listWeeks(db.query, OUTBOX)) {
    if (week.until > before) break
    if (!(await goesOn())) return
    tellOf(context, week, await whenFree(context, signal, () => dropOutboxWeek(db, week)))
  }
  await inSteps(goesOn, async (limit) => {
    const deleted = await whenFree(context, signal, () => deleteOldAppEvents(db, before, limit))
    if (deleted > 0) log.info({ events: deleted }, 'Old app events that lay in no week are deleted')
    return deleted
  })
}

/** As old as the events themselves: what could find such a fact again is gone by then. */
export async function forgetOldKeys(
  { db, clock }: RetentionContext,
  { outboxDays }: Pick<RetentionSettings, 'outboxDays'>,
  goesOn: GoesOn,
): Promise<void> {
  const before = new Date(clock.now().getTime() - outboxDays * DAY_MS)
  await inSteps(goesOn, (limit) => forgetKeys(db.query, before, limit))
}

function tellOf({ log }: RetentionContext, { name: week, from }: Week, { pending, dead }: OutboxWeek): void {
  if (pending > 0) {
    log.warn(
      { week, from, pending },
      'App events of an old week are kept: some still wait (billhook outbox list --status pending)',
    )
  } else if (dead > 0) {
    log.warn(
      { week, from, dead },
      'App events of a week are dropped: some had been given up, and nobody retried them',
    )
  } else {
    log.info({ week, from }, 'App events of a week are dropped: they were old enough')
  }
}
