import { z } from 'zod'
import { readCursor, writeCursor } from '../db/queries/cursors.ts'
import { beginTelling } from '../db/queries/untold.ts'
import { FEED_CURSOR, FIRST_LOOK_SECONDS, KEPT_SECONDS, WEBHOOK_GRACE_MS } from '../domain/event-feed.ts'
import type { Stripe } from '../stripe/client.ts'
import { answeredAt } from '../stripe/date-header.ts'
import type { SyncContext } from '../sync/context.ts'
import { type JobLease, withJobLease } from './job-lease.ts'

/*
 * Events without webhooks: Stripe keeps a list of them for 30 days. What it shows and the inbox has not goes into the inbox, with
 * the same doorbells as a delivery, and is drained like one.
 *
 *   cursor   everything created before it was read. It moves by slices of an hour, oldest first, so that a process that dies
 *            while it catches up repeats one slice at most
 *   overlap  each look begins a little before the cursor, because Stripe lists an event some time after it was created
 *   grace    what is younger may be on its way as a webhook, and is left alone: it was not missed. In an installation that
 *            has no endpoint (`isOnly`) nothing is on its way and nothing is missed: no grace, and no drift
 *   clock    how young an event is, and how far the cursor may go, is said by the clock that dates events: Stripe's, from the head of
 *            its answer. By one of ours that is ahead, what is still to happen would count as read, and what is on its way as missed
 */
export interface FeedContext extends SyncContext {
  /** Stores what the inbox has not; returns how many were new. */
  takeIn(listed: readonly Stripe.Event[], wasMissed: boolean): Promise<number>
}

export interface FeedOptions {
  /** No webhook endpoint: the feed is the only way in. */
  isOnly: boolean
}

/** What is taken of a list. */
interface Look {
  filter: Stripe.EventListParams
  /** What is younger by Stripe's clock is left alone. */
  graceSeconds: number
  wasMissed: boolean
}

interface Taken {
  /** How many events were new. */
  count: number
  /** Stripe has shown what happened until then, less the overlap; by its clock. */
  until: number
}

const GRACE_SECONDS = WEBHOOK_GRACE_MS / 1000
const OVERLAP_SECONDS = 5 * 60
const SLICE_SECONDS = 60 * 60
const DAY_SECONDS = 24 * 60 * 60
const UNDELIVERED_CURSOR = 'undelivered events'

/** `since` is where it began (db/queries/untold); absent where only its place was noted. */
const positionSchema = z.object({ until: z.number(), since: z.number().optional() })
const wholeLookSchema = z.object({ wholeAt: z.number() })

/**
 * Says from when on nothing is missed: from an hour before the very first start, or from the beginning of the backfill before it. Said at the
 * start and not at the first look, which may come late (another replica holds the lease, Stripe is away, the laptop sleeps).
 */
export async function beginFeed({ db, clock }: Pick<SyncContext, 'db' | 'clock'>): Promise<void> {
  await beginTelling(db.query, unixNow({ clock }) - FIRST_LOOK_SECONDS, clock.now())
}

/** Reads on from the cursor to the present. Returns how many events were new; null when another replica is at it. */
export async function readFeed(
  context: FeedContext,
  options: FeedOptions,
  signal: AbortSignal,
): Promise<number | null> {
  return await withJobLease(context, 'feed', signal, (job) => readOn(context, options, job))
}

/**
 * Once more over what Stripe keeps, for events that no endpoint has taken yet: those that came to be listed later than the overlap, and those
 * of a time when the feed was off. Once a day over all thirty days, and in between over the last one: where another endpoint of the
 * account is dead all its events are listed, 100 a call. So what comes to be listed when it is older than a day is found within
 * another. Under a lease of its own, because the feed must not wait for it.
 */
export async function readUndelivered(context: FeedContext, signal: AbortSignal): Promise<number | null> {
  return await withJobLease(context, 'undelivered events', signal, async (job) => {
    const now = unixNow(context)
    const isWhole = await isWholeLookDue(context, now)
    const created = { gte: now - (isWhole ? KEPT_SECONDS : DAY_SECONDS) }
    const filter = { delivery_success: false, created }
    const { count } = await takeAll(context, job, { filter, graceSeconds: GRACE_SECONDS, wasMissed: true })
    if (isWhole && (await job.goesOn())) {
      await writeCursor(context.db.query, UNDELIVERED_CURSOR, { wholeAt: now }, context.clock.now())
    }
    return count
  })
}

async function isWholeLookDue({ db }: SyncContext, now: number): Promise<boolean> {
  const last = wholeLookSchema.safeParse(await readCursor(db.query, UNDELIVERED_CURSOR))
  // One of a time that is still to come was noted by a clock that was wrong.
  return !last.success || last.data.wholeAt > now || last.data.wholeAt <= now - DAY_SECONDS
}

/** Until when the feed was read, in Unix seconds; null when it never was. */
export async function readFeedPosition(context: Pick<SyncContext, 'db'>): Promise<number | null> {
  return (await readPosition(context))?.until ?? null
}

async function readPosition({ db }: Pick<SyncContext, 'db'>) {
  return positionSchema.safeParse(await readCursor(db.query, FEED_CURSOR)).data
}

async function readOn(context: FeedContext, { isOnly }: FeedOptions, job: JobLease): Promise<number> {
  const now = unixNow(context)
  const graceSeconds = isOnly ? 0 : GRACE_SECONDS
  const end = now - graceSeconds
  const begun = await readPosition(context)
  let from = begun?.until ?? end - FIRST_LOOK_SECONDS
  let since = begun?.since
  if (from < now - KEPT_SECONDS) {
    context.log.error('The event feed was not read for more than 30 days: run `billhook sync --all`')
    from = now - KEPT_SECONDS
  }
  let taken = 0
  let isBehind = true
  while (isBehind) {
    const to = Math.min(from + SLICE_SECONDS, end)
    // Nothing bounds the last slice of a feed that is the only way in: what is dated after our clock counts too.
    const created = { gte: from - OVERLAP_SECONDS, ...(!(isOnly && to === end) && { lte: to }) }
    const look = { filter: { created }, graceSeconds, wasMissed: !isOnly }
    const { count, until } = await takeAll(context, job, look)
    taken += count
    if (!(await job.goesOn())) break
    // From a time that is still to come nothing is listed: a clock that was wrong has said that the feed begins there.
    const isUnreal = from - OVERLAP_SECONDS > until
    from = isUnreal ? until - FIRST_LOOK_SECONDS : Math.min(to, until)
    // What it said of when telling begins is as wrong.
    if (isUnreal) since = from
    await writeCursor(context.db.query, FEED_CURSOR, { until: from, since }, context.clock.now())
    context.metrics.feedLagSeconds.set(unixNow(context) - from)
    isBehind = isUnreal || (from === to && from < end)
  }
  return taken
}

/** Every page of a list, newest first. A page that is there already costs one query. */
async function takeAll(context: FeedContext, job: JobLease, look: Look): Promise<Taken> {
  const { filter, graceSeconds, wasMissed } = look
  let count = 0
  let until: number | null = null
  let after: string | undefined
  do {
    const page = await context.stripe.events.list({
      ...filter,
      limit: 100,
      ...(after !== undefined && { starting_after: after }),
    })
    // Of the first page: what came to be listed after it was not seen.
    until ??= (answeredAt(page.lastResponse.headers) ?? unixNow(context)) - graceSeconds
    const oldEnough = until
    const listed = graceSeconds === 0 ? page.data : page.data.filter(({ created }) => created <= oldEnough)
    count += await context.takeIn(listed, wasMissed)
    after = page.has_more ? page.data.at(-1)?.id : undefined
  } while (after !== undefined && (await job.goesOn()))
  return { count, until }
}

function unixNow({ clock }: Pick<SyncContext, 'clock'>): number {
  return Math.floor(clock.now().getTime() / 1000)
}
