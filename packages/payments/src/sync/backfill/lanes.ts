import { insertStretch, type Stretch, shortenStretch } from '../../db/queries/backfill.ts'
import { inTransaction } from '../../db/transaction.ts'
import type { SyncContext } from '../context.ts'

/** A stretch in work. */
export interface Running extends Stretch {
  /** `created` of the last object taken by this run: what is left lies between it and `createdFrom`. */
  reached: number
  /** `created` of the first object taken by this run, and how many were: how dense they lie. */
  began: number
  taken: number
  isBusy: boolean
  /** Hardly anything is older, in Unix seconds. */
  accountBegan: number
  /**
   * Resolves when the half that was given away is in the database. Nothing of this stretch is saved before: it could be finished there
   * without its older half, which a run that goes on after a kill would never list.
   */
  split: Promise<void>
}

/** A rest that promises fewer objects is listed as soon without a second lane. */
const WORTH_SPLITTING = 400

export interface LaneOptions {
  /** How many lists are followed at a time. */
  lanes: number
  /** Asked before each page. */
  goesOn(): Promise<boolean>
  /** Takes the next page, and moves the stretch in memory before it begins to write. */
  page(running: Running): Promise<void>
}

export function runningOf(stretch: Stretch, accountBegan: number): Running {
  return {
    ...stretch,
    reached: stretch.createdBefore,
    began: 0,
    taken: 0,
    isBusy: false,
    accountBegan,
    split: Promise.resolve(),
  }
}

/**
 * Works off stretches with several lanes; adds to `all` what it splits. A list can only be followed page by page, so a lane that
 * has nothing left takes the older half of the longest rest that another one has before it. The first failure ends them all.
 */
export async function runLanes(context: SyncContext, all: Running[], options: LaneOptions): Promise<void> {
  let isStopped = false
  let changed = Promise.withResolvers<void>()

  /** Whoever has nothing to do looks again. */
  function tell(): void {
    changed.resolve()
    changed = Promise.withResolvers()
  }

  async function lane(): Promise<void> {
    for (let mine = await next(); mine !== null; mine = await next()) {
      try {
        await followToTheEnd(mine)
      } catch (error) {
        isStopped = true
        throw error
      } finally {
        mine.isBusy = false
        tell()
      }
    }
  }

  async function followToTheEnd(mine: Running): Promise<void> {
    while (!mine.isFinished && !isStopped) {
      if (await options.goesOn()) await options.page(mine)
      else isStopped = true
      tell()
    }
  }

  async function next(): Promise<Running | null> {
    while (!isStopped && all.some(({ isFinished }) => !isFinished)) {
      const waiting = all.find(({ isFinished, isBusy }) => !isFinished && !isBusy)
      if (waiting) {
        waiting.isBusy = true
        return waiting
      }
      const { promise } = changed
      const half = await splitLongest(context, all)
      if (half) return half
      await promise
    }
    return null
  }

  const results = await Promise.allSettled(Array.from({ length: options.lanes }, lane))
  for (const result of results) if (result.status === 'rejected') throw result.reason
}

async function splitLongest(context: SyncContext, all: Running[]): Promise<Running | null> {
  const [longest] = all
    // One of which this run has no page yet has nothing to say of where its objects are.
    .filter(
      ({ isBusy, isFinished, reached, createdBefore }) => isBusy && !isFinished && reached < createdBefore,
    )
    .toSorted((a, b) => restOf(b) - restOf(a))
  if (!longest || promisedBy(longest) < WORTH_SPLITTING) return null
  const { resource, createdFrom, accountBegan } = longest
  const middle = Math.floor((beginningOf(longest) + longest.reached) / 2)
  const untouched = { startingAfter: null, listed: 0, stored: 0, foreign: 0, isFinished: false }
  const half = { id: 0, resource, createdFrom, createdBefore: middle, ...untouched }
  const running = { ...runningOf(half, accountBegan), isBusy: true }
  // Both at once, so that no other lane takes the same half and nothing seems done.
  longest.createdFrom = middle
  all.push(running)
  longest.split = inTransaction(context.db, async (tx) => {
    await shortenStretch(tx, longest.id, middle)
    running.id = (await insertStretch(tx, half)).id
  })
  await longest.split
  return running
}

/** As many as lie in the rest if they lie there as dense as so far. */
function promisedBy(running: Running): number {
  const seconds = Math.max(1, running.began - running.reached)
  return Math.min(restOf(running), 1e9) * (running.taken / seconds)
}

/** Seconds of `created` that are left to list. */
export function restOf(running: Running): number {
  return running.reached - beginningOf(running)
}

/** The oldest stretch is listed to the end, wherever the account began. */
function beginningOf({ createdFrom, accountBegan }: Running): number {
  return Math.max(createdFrom, accountBegan)
}
