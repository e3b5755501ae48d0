import { z } from 'zod'
import {
  type CustomerLink,
  forgetStretches,
  insertStretch,
  listStretches,
  saveStretch,
} from '../../db/queries/backfill.ts'
import { readCursor, writeCursor } from '../../db/queries/cursors.ts'
import { beginTelling } from '../../db/queries/untold.ts'
import { inTransaction } from '../../db/transaction.ts'
import { isAbsent } from '../../stripe/errors.ts'
import { announce } from '../announce.ts'
import { type CatalogueCounts, syncCatalogue } from '../catalogue.ts'
import type { SyncContext } from '../context.ts'
import { announceDuplicates } from './announce-duplicates.ts'
import { findBeginning } from './beginning.ts'
import { BACKFILL_KINDS, pagingOf } from './kinds.ts'
import { type Running, runLanes, runningOf } from './lanes.ts'
import { linkPage, type OwnerRules, ruleMark } from './link-page.ts'
import { type BackfillProgress, countsOf, type KindCounts, progressOf } from './progress.ts'
import { storePage } from './store-page.ts'

/*
 * Mirrors an account that existed before Billhook did:
 *
 *   catalogue → customers, linked to owners → subscriptions, invoices, payments, refunds and sessions, side by side
 *
 * Everything is listed newest first in stretches of `created`. Each page is stored in one transaction with the place that
 * the listing has come to, so that a run that was killed goes on there; with other rules it begins anew, because those who were listed were
 * linked by the old ones. Only what is missing is stored (store-page.ts says why that is
 * safe beside a running service); what differs, and what events tell of, becomes a suspect, which whoever called settles, and the sweep's
 * job what is left to its webhooks. Nothing is announced of what is merely new to the mirror, because it is no news to the app; that an
 * owner pays two live subscriptions is.
 */
export interface BackfillOptions {
  rules: OwnerRules
  /** Lists that are followed at a time. */
  lanes?: number
  /** Asked before each page. */
  goesOn?(): Promise<boolean>
  onProgress?(progress: BackfillProgress): void
}

export interface BackfillResult {
  /** False when it was told to stop. */
  isFinished: boolean
  catalogue: CatalogueCounts
  /** Of all runs together, when one goes on where another ended. */
  counts: ReadonlyMap<string, KindCounts>
  /** Customers, seen by this run, whose owner has another customer. */
  conflicts: CustomerLink[]
  /** Objects, seen by this run, that are to be fetched one by one. */
  suspected: number
  duplicateOwners: number
}

const CUSTOMERS = 'customer'
/** No object of Stripe's is younger. */
const END_OF_TIME = 2 ** 33

/** By which rules the stretches are listed. */
const RULES_CURSOR = 'backfill rules'

export type Unfinished = 'none' | 'same rules' | 'other rules'

/** Whether a run was begun and not finished, and whether one with these rules goes on with it. */
export async function findUnfinished(
  { db }: Pick<SyncContext, 'db'>,
  rules: OwnerRules,
): Promise<Unfinished> {
  if (!(await listStretches(db.query)).some(({ isFinished }) => !isFinished)) return 'none'
  const listedBy = rulesSchema.safeParse(await readCursor(db.query, RULES_CURSOR))
  return listedBy.data?.mark === ruleMark(rules) ? 'same rules' : 'other rules'
}

const rulesSchema = z.object({ mark: z.string() })

export async function backfill(context: SyncContext, options: BackfillOptions): Promise<BackfillResult> {
  const { rules, lanes = 8, goesOn = async () => true, onProgress = () => undefined } = options
  await beginTelling(context.db.query, nextSecond(context), context.clock.now())
  const catalogue = await syncCatalogue(context)
  const accountBegan = await findBeginning(context)
  const stretches = (await findOrMakeStretches(context, rules)).map((stretch) =>
    runningOf(stretch, accountBegan),
  )
  const customers = stretches.filter(({ resource }) => resource === CUSTOMERS)
  const others = stretches.filter(({ resource }) => resource !== CUSTOMERS)
  const conflicts: CustomerLink[] = []
  let suspected = 0
  const report = () => onProgress(progressOf([...customers, ...others], accountBegan, context.clock.now()))

  await runLanes(context, customers, {
    lanes,
    goesOn,
    async page(running) {
      conflicts.push(...(await linkNext(context, running, rules)))
      report()
    },
  })
  // Who is not linked yet would be counted as foreign.
  if (customers.every(({ isFinished }) => isFinished)) {
    await runLanes(context, others, {
      lanes,
      goesOn,
      async page(running) {
        // Not `suspected += await …`, which reads the sum before the lanes beside this one have added theirs.
        const found = await storeNext(context, running)
        suspected += found
        report()
      },
    })
  }
  const all = [...customers, ...others]
  const isFinished = all.every((stretch) => stretch.isFinished)
  const duplicateOwners = isFinished ? await announceDuplicates(context) : 0
  return { isFinished, catalogue, counts: countsOf(all), conflicts, suspected, duplicateOwners }
}

/** What happens from then on is news, also before the service was ever started: its first start reads on from there. */
function nextSecond({ clock }: SyncContext): number {
  return Math.floor(clock.now().getTime() / 1000) + 1
}

/** Those of the run that was broken off, or those of a new one. */
async function findOrMakeStretches({ db, clock }: SyncContext, rules: OwnerRules) {
  if ((await findUnfinished({ db }, rules)) === 'same rules') return await listStretches(db.query)
  return await inTransaction(db, async (tx) => {
    await forgetStretches(tx)
    await writeCursor(tx, RULES_CURSOR, { mark: ruleMark(rules) }, clock.now())
    const whole = { createdFrom: 0, createdBefore: END_OF_TIME }
    const made = [await insertStretch(tx, { resource: CUSTOMERS, ...whole })]
    for (const { resource } of BACKFILL_KINDS) made.push(await insertStretch(tx, { resource, ...whole }))
    return made
  })
}

async function linkNext(
  { db, stripe, clock }: SyncContext,
  running: Running,
  rules: OwnerRules,
): Promise<CustomerLink[]> {
  const page = await fromCursor(running, () => stripe.customers.list(pagingOf(requestOf(running))))
  const customers = advance(running, page.data, page.has_more)
  await running.split
  return await inTransaction(db, async (tx) => {
    const linked = await linkPage(tx, rules, customers, clock.now())
    count(running, customers.length, linked)
    await saveStretch(tx, running)
    return linked.conflicts
  })
}

async function storeNext(context: SyncContext, running: Running): Promise<number> {
  const kind = BACKFILL_KINDS.find(({ resource }) => resource === running.resource)
  if (!kind) throw new Error(`Nobody knows how to list ${running.resource}`)
  const lookedAt = context.clock.now()
  const page = await fromCursor(running, () => kind.page(context, requestOf(running)))
  const objects = advance(running, page.objects, page.hasMore)
  await running.split
  const { suspected, told } = await inTransaction(context.db, async (tx) => {
    const stored = await storePage(tx, context, kind, objects, lookedAt)
    count(running, objects.length, stored)
    await saveStretch(tx, running)
    return stored
  })
  for (const { ownerId, transitions } of told) announce(context, ownerId, transitions)
  return suspected
}

/** The object that the cursor names may have been deleted since: then from its time on, without a cursor. */
async function fromCursor<T>(running: Running, fetchPage: () => PromiseLike<T>): Promise<T> {
  try {
    return await fetchPage()
  } catch (error) {
    if (running.startingAfter === null || !isAbsent(error)) throw error
    running.startingAfter = null
    running.createdBefore = Math.min(running.createdBefore, running.reached + 1)
    return await fetchPage()
  }
}

function requestOf({ createdFrom, createdBefore, startingAfter }: Running) {
  return { created: { gte: createdFrom, lt: createdBefore }, startingAfter }
}

/**
 * Moves the stretch past a page, before anything is awaited, so that a lane that looks for something to split sees it. Returns what
 * of the page belongs to it: its older half may have been given away since it was asked for.
 */
function advance<T extends { id: string; created: number }>(
  running: Running,
  objects: readonly T[],
  hasMore: boolean,
): T[] {
  const own = objects.filter(({ created }) => created >= running.createdFrom)
  const last = own.at(-1)
  running.isFinished = !hasMore || own.length < objects.length
  if (own[0] && last) {
    if (running.taken === 0) running.began = own[0].created
    running.taken += own.length
    running.reached = last.created
    running.startingAfter = last.id
  }
  return own
}

function count(running: Running, listed: number, page: { stored: number; foreign: number }): void {
  running.listed += listed
  running.stored += page.stored
  running.foreign += page.foreign
}
