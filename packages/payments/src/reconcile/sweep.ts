import { addSuspects, type Suspect } from '../db/queries/suspects.ts'
import { findOwners } from '../db/queries/sweep.ts'
import { inTransaction } from '../db/transaction.ts'
import { isAbsent } from '../stripe/errors.ts'
import { missingRight } from '../stripe/missing-right.ts'
import type { SyncContext } from '../sync/context.ts'
import { compareCatalogue } from './catalogue.ts'
import { isSuspicious } from './is-suspicious.ts'
import { isBackfillAtWork, type JobLease, withJobLease } from './job-lease.ts'
import { type Listed, SWEEP_PARTS, type SweepPart } from './sweep-parts.ts'
import { findPosition, type Position, partBeginning, reportFinished, savePosition } from './sweep-position.ts'

/*
 * Now and then everything that can still change is compared with Stripe: the safety net below the webhooks and the feed.
 *
 *   compare   lists of 100 objects a call, newest first. A list answer is never written, because it may be older than what a
 *             sync writes meanwhile: what differs only becomes a suspect
 *   missing   rows that the list should have shown and did not become suspects too. A list that is empty, short or breaks
 *             off ends nothing (I12): only the answer to the very id does
 *   settle    a job of its own (settle-suspects) asks for each of them, after the time that a webhook may be under way
 *
 * A part that the key may not read is left out with a warning, or nothing behind it would ever be compared; such a sweep is not a
 * whole one for the metric, so that the alert comes.
 *
 * It stands still while a backfill is at work. The cursor is committed with each page's suspects, so that whoever goes on (another replica, after a crash) repeats a page at most.
 */
export interface SweepOptions {
  /** From the end of a sweep to the beginning of the next. */
  everyMs: number
  /** How long a webhook may be under way for what the list shows already. */
  graceMs: number
}

/** The next sweep, if it is time, or the rest of one. Returns false when another replica is at it. */
export async function sweep(
  context: SyncContext,
  options: SweepOptions,
  signal: AbortSignal,
): Promise<boolean> {
  const outcome = await withJobLease(context, 'sweep', signal, (job) => sweepOn(context, options, job))
  return outcome !== null
}

async function sweepOn(context: SyncContext, options: SweepOptions, job: JobLease): Promise<void> {
  if (await isBackfillAtWork(context)) return
  let position = await findPosition(context, options.everyMs)
  if (!position) return
  while (position.finishedAt === null) {
    const part: SweepPart | undefined = SWEEP_PARTS[position.part]
    position = part
      ? await advance(context, options, part, position)
      : await finish(context, options, position)
    if (!(await job.goesOn()) || (await isBackfillAtWork(context))) return
  }
}

async function advance(
  context: SyncContext,
  options: SweepOptions,
  part: SweepPart,
  position: Position,
): Promise<Position> {
  const compared = await ifAllowed(context, part.name, () => comparePage(context, options, part, position))
  if (compared !== null) return compared
  const now = context.clock.now()
  const leftOut = [...position.leftOut, part.name]
  const next = { ...position, part: position.part + 1, leftOut, ...partBeginning(now) }
  await savePosition(context.db.query, next, now)
  return next
}

/** Null when the key lacks the right to it, which is said in the log. */
async function ifAllowed<T>(
  { log }: SyncContext,
  part: string,
  compare: () => Promise<T>,
): Promise<T | null> {
  try {
    return await compare()
  } catch (error) {
    const right = missingRight(error, `read ${part}`)
    if (right === null) throw error
    log.warn({ part, right, err: error }, 'The Stripe key lacks a right: the sweep goes on without this part')
    return null
  }
}

async function comparePage(
  context: SyncContext,
  { graceMs }: SweepOptions,
  part: SweepPart,
  position: Position,
): Promise<Position> {
  const { db, clock, metrics } = context
  const page = await readPage(context, part, position.after)
  // The draft that the cursor stood on was thrown away at Stripe: once more from the top.
  if (page === null) return { ...position, ...partBeginning(clock.now()) }
  const { listed, hasMore } = page
  const last = listed.at(-1)
  const isLast = !hasMore || last === undefined
  // Ids that are equal in time may be spread over two pages: a row is judged when everything of its time was listed.
  const judgedDownTo = isLast ? null : last.created + part.slackSeconds
  const suspects = [
    ...(await differing(context, part, listed)),
    ...(await missing(context, part, position, listed, judgedDownTo)),
  ]
  const now = clock.now()
  const next: Position = isLast
    ? { ...position, part: position.part + 1, ...partBeginning(now) }
    : {
        ...position,
        after: last.id,
        unjudged: Math.min(position.unjudged, last.created + part.slackSeconds),
        recent: [...position.recent, ...listed.map(({ id, created }) => ({ id, created }))].filter(
          ({ created }) => created <= last.created + 2 * part.slackSeconds,
        ),
      }
  await inTransaction(db, async (tx) => {
    await addSuspects(tx, suspects, new Date(now.getTime() + graceMs))
    await savePosition(tx, next, now)
  })
  metrics.sweepCompared.inc({ resource: part.resource }, listed.length)
  return next
}

/** Null when Stripe does not know the cursor any more. */
async function readPage({ stripe, db, clock }: SyncContext, part: SweepPart, after: string | null) {
  try {
    return await part.page({ stripe, executor: db.query, now: clock.now() }, after)
  } catch (error) {
    if (after !== null && isAbsent(error)) return null
    throw error
  }
}

async function differing(
  { db, clock }: SyncContext,
  { resource }: SweepPart,
  listed: readonly Listed[],
): Promise<Suspect[]> {
  const customers = listed.flatMap(({ stripeCustomerId }) => stripeCustomerId ?? [])
  const owners = await findOwners(db.query, customers)
  return listed.flatMap(({ id, stripeCustomerId, differs }) => {
    const ownerId = stripeCustomerId === null ? undefined : owners.get(stripeCustomerId)
    if (stripeCustomerId === null || ownerId === undefined) return []
    const scope = { ownerId, stripeCustomerId, now: clock.now() }
    return isSuspicious(() => differs(scope)) ? [{ resource, id, stripeCustomerId }] : []
  })
}

async function missing(
  { db }: SyncContext,
  part: SweepPart,
  { unjudged, recent }: Position,
  listed: readonly Listed[],
  downTo: number | null,
): Promise<Suspect[]> {
  const stretch = { after: downTo === null ? null : fromUnix(downTo), until: fromUnix(unjudged) }
  const seen = new Set([...recent, ...listed].map(({ id }) => id))
  const expected = await part.expected(db.query, stretch)
  return expected.filter(({ id }) => !seen.has(id)).map((row) => ({ resource: part.resource, ...row }))
}

/** The catalogue at last: a handful of calls. */
async function finish(
  context: SyncContext,
  { graceMs }: SweepOptions,
  position: Position,
): Promise<Position> {
  const counts = await ifAllowed(context, 'catalogue', () => compareCatalogue(context, graceMs))
  const now = context.clock.now()
  const leftOut = counts === null ? [...position.leftOut, 'catalogue'] : position.leftOut
  const finished = { ...position, leftOut, finishedAt: now.toISOString() }
  await savePosition(context.db.query, finished, now)
  reportFinished(context, finished)
  const { startedAt } = position
  if (leftOut.length === 0) context.log.info({ startedAt }, 'Everything was compared with Stripe')
  else context.log.info({ startedAt, leftOut }, 'What the key may read was compared with Stripe')
  return finished
}

function fromUnix(seconds: number): Date {
  return new Date(seconds * 1000)
}
