import { listDueGroups } from '../db/queries/events.ts'
import type { SyncContext } from '../sync/context.ts'
import { type DrainOutcome, drainGroup } from '../webhooks/drain.ts'
import { ignoreSettledPayments } from '../webhooks/settled-payments.ts'
import { createPause } from './pause.ts'

export interface DrainLoop {
  start(): void
  /** Something was stored just now: look at once instead of at the next poll. */
  wake(): void
  /** Begins no further group, and resolves when those under way are done. */
  stop(): Promise<void>
}

export interface DrainLoopOptions {
  /** Groups at a time. Default 8. */
  concurrency?: number
  /** How often to look without being woken: for what other processes stored, and for retries that come due. */
  pollMs?: number
  /** How long an event waits for others of its customer before it is worked off with them. Default 0. */
  settleMs?: number
  /** Whether deliveries crowd in on this process. */
  isCrowded?: () => boolean
  /** 0 ≤ random < 1: spreads what comes due together. */
  random?: () => number
}

/**
 * Stripe takes some 200 ms for an answer, during which no lane holds a connection. Fewer than the pool has, so that requests find a free one
 * even when all lanes write at once.
 */
const LANES = 8
/**
 * Groups that one look hands out, so that looking costs little beside working. Few enough that they are begun within a moment: of what a
 * replica beside us takes meanwhile we find nothing left.
 */
const GROUPS_AT_A_LOOK = 32
const LIST_LASTS_MS = 1_000
/** What names no customer waits so many times as long: by then what it points at is mirrored, as a rule, and nobody need be asked. */
const UNADDRESSED_TIMES = 3
/** While Stripe or the database is away: one for a group that has failed, and one that is kept for those that have not. */
const LANES_IN_OUTAGE = 2
/** Longest wait between two looks while Stripe or the database is away. */
const LONGEST_OUTAGE_MS = 30_000
/** Before each look while deliveries crowd in: accepting them comes first, but working off never stops. */
const YIELD_MS = 100

/**
 * Works off the inbox until it is stopped. Several lanes take a due group each; a group that another process works on is not
 * handed out. Stripe tells one change in up to a dozen events within a second or two: a group is left alone until its oldest event
 * has settled, and then all of it is worked off with one fetch instead of a dozen. When Stripe or the database is away, the loop says so once, begins
 * one group at a time with longer and longer waits in between, and says when it goes on again. What failed then comes after what did not: it may
 * be the one at which Stripe stalls while it answers others. Nothing here ends the process.
 */
export function createDrainLoop(context: SyncContext, options: DrainLoopOptions = {}): DrainLoop {
  const { concurrency = LANES, pollMs = 500, settleMs = 0 } = options
  const { isCrowded = () => false, random = Math.random } = options
  const { log } = context
  const pause = createPause(context.clock)
  const underWay = new Map<string, Promise<DrainOutcome>>()
  const stopping = new AbortController()
  let isStopping = false
  let running: Promise<void> | null = null
  let failuresInARow = 0
  /** Which groups those were. */
  const failed = new Set<string>()
  let isSettling = false
  let handout: { groups: string[]; until: number } = { groups: [], until: 0 }

  async function run(): Promise<void> {
    while (!isStopping) {
      if (isCrowded()) await context.clock.wait(YIELD_MS)
      const waitMs = await lookOnce()
      if (waitMs > 0 && !isStopping) await pause.wait(waitMs)
    }
    await Promise.allSettled(underWay.values())
  }

  /** Starts what is due, and says how long to wait before the next look. */
  async function lookOnce(): Promise<number> {
    const lanes = failuresInARow > 0 ? LANES_IN_OUTAGE : concurrency
    if (underWay.size >= lanes) {
      await Promise.race(underWay.values())
      return outageMs()
    }
    try {
      const isUsedUp = handout.groups.length === 0 || context.clock.now().getTime() > handout.until
      const hasEndedSome = isUsedUp && (await look())
      const next = failuresInARow > 0 ? takeInOutage() : handout.groups.splice(0, lanes - underWay.size)
      for (const group of next) begin(group)
      if (next.length > 0) return outageMs()
      return hasEndedSome ? 0 : pollMs
    } catch (error) {
      noteFailure(error)
      return outageMs()
    }
  }

  /** One that has not failed, if there is one; of the others none beside another. */
  function takeInOutage(): string[] {
    const { groups } = handout
    const untried = groups.findIndex((group) => !failed.has(group))
    if (untried >= 0) return groups.splice(untried, 1)
    const hasFailedUnderWay = [...underWay.keys()].some((group) => failed.has(group))
    return hasFailedUnderWay ? [] : groups.splice(0, 1)
  }

  /** Whether it ended some of what is due by itself: then it has not seen what comes behind them. */
  async function look(): Promise<boolean> {
    const now = context.clock.now()
    const ago = (milliseconds: number) => new Date(now.getTime() - milliseconds)
    const settled = { settledBy: ago(settleMs), unaddressedBy: ago(settleMs * UNADDRESSED_TIMES) }
    const due = await listDueGroups(context.db, now, GROUPS_AT_A_LOOK, settled)
    const ignored = await ignoreSettledPayments(context, due)
    const groups = due.filter((group) => !underWay.has(group) && !ignored.has(group))
    handout = { groups, until: now.getTime() + LIST_LASTS_MS }
    return ignored.size > 0
  }

  function begin(group: string): void {
    const work = drainGroup({ ...context, random }, group)
      .then((outcome) => {
        if (outcome === 'outage')
          noteFailure(new Error('Stripe cannot be reached, or refuses the key'), group)
        else if (outcome === 'worked') noteSuccess()
        return outcome
      })
      .catch((error: unknown) => {
        noteFailure(error, group)
        return 'outage' as const
      })
      .finally(() => {
        underWay.delete(group)
        wakeNow()
      })
    underWay.set(group, work)
  }

  /** Looks when what was stored just now has settled; what comes meanwhile is found then, or at the next look. */
  function wake(): void {
    if (settleMs === 0) wakeNow()
    if (settleMs === 0 || isSettling) return
    isSettling = true
    context.clock.wait(settleMs, stopping.signal).then(() => {
      isSettling = false
      wakeNow()
    })
  }

  function wakeNow(): void {
    if (failuresInARow === 0) pause.wake()
  }

  function noteFailure(error: unknown, group?: string): void {
    failuresInARow++
    if (group !== undefined) failed.add(group)
    if (failuresInARow === 1) log.error({ err: error }, 'Working off events stopped: will go on by itself')
  }

  function noteSuccess(): void {
    if (failuresInARow > 0) log.info({ failures: failuresInARow }, 'Working off events goes on')
    failuresInARow = 0
    failed.clear()
  }

  /** How long to let Stripe or the database be; 0 while both are there. */
  function outageMs(): number {
    if (failuresInARow === 0) return 0
    return Math.min(pollMs * 2 ** Math.min(failuresInARow, 10), LONGEST_OUTAGE_MS)
  }

  return {
    start() {
      running ??= run()
    },
    wake,
    async stop() {
      isStopping = true
      stopping.abort()
      pause.wake()
      await running
    },
  }
}
