import { type ClaimedQueue, claimQueues } from '../db/queries/outbox-queues.ts'
import type { Target } from '../outbox/targets.ts'
import { type OutboxContext, workQueue } from '../outbox/work-queue.ts'
import { createPause } from './pause.ts'

export interface OutboxLoop {
  start(): void
  /** Begins no further queue, and resolves when those under way are done. */
  stop(): Promise<void>
}

export interface OutboxLoopOptions {
  /** Queues at a time, for each target. */
  lanes?: number
  /** How often to look for what was stored, and for retries that come due. */
  pollMs?: number
}

/**
 * A target at which the events of so many owners failed, and which took nothing since the first of them, is away: it is asked by one queue at
 * a time. One that takes most and refuses some is not: there each owner waits for himself.
 */
const OWNERS_OF_AN_OUTAGE = 3
const LONGEST_OUTAGE_MS = 30_000

interface Lane {
  target: Target
  underWay: number
  /** Owners whose event failed since the last one that was taken. */
  failing: Set<string>
  failuresInARow: number
  pausedUntil: number
}

/**
 * Delivers to every target until it is stopped. Each owner's queue is worked off by one process at a time, and one that fails waits by itself.
 * When a target seems to be away it is asked seldom instead of once for every owner. Nothing here ends the process.
 */
export function createOutboxLoop(
  context: OutboxContext,
  targets: readonly Target[],
  { lanes = 8, pollMs = 500 }: OutboxLoopOptions = {},
): OutboxLoop {
  const { clock, log } = context
  const pause = createPause(clock)
  const all = targets.map(
    (target): Lane => ({ target, underWay: 0, failing: new Set(), failuresInARow: 0, pausedUntil: 0 }),
  )
  const underWay = new Set<Promise<void>>()
  let isStopping = false
  let isBroken = false
  let running: Promise<void> | null = null

  async function run(): Promise<void> {
    while (!isStopping) {
      const begun = await lookOnce()
      if (!isStopping && begun === 0) await pause.wait(pollMs)
    }
    await Promise.allSettled(underWay)
  }

  /** Starts what is due, and says how many queues that were. */
  async function lookOnce(): Promise<number> {
    try {
      let begun = 0
      for (const lane of all) {
        const free = freeIn(lane)
        const queues =
          free === 0 ? [] : await claimQueues(context.db.query, [lane.target.name], clock.now(), free)
        for (const queue of queues) begin(lane, queue)
        begun += queues.length
      }
      if (isBroken) log.info('Delivering app events goes on')
      isBroken = false
      return begun
    } catch (error) {
      if (!isBroken) log.error({ err: error }, 'Delivering app events stopped: will go on by itself')
      isBroken = true
      return 0
    }
  }

  function freeIn({ underWay, failing, pausedUntil }: Lane): number {
    if (failing.size < OWNERS_OF_AN_OUTAGE) return lanes - underWay
    return underWay > 0 || clock.elapsedMs() < pausedUntil ? 0 : 1
  }

  function begin(lane: Lane, queue: ClaimedQueue): void {
    lane.underWay++
    const work = workQueue(context, watched(lane), queue)
      .then((outcome) => {
        if (outcome === 'failed') noteFailure(lane, queue)
      })
      .catch((error: unknown) =>
        log.error({ err: error }, 'A queue of app events broke off: will be taken again'),
      )
      .finally(() => {
        lane.underWay--
        underWay.delete(work)
        pause.wake()
      })
    underWay.add(work)
  }

  /** Each event that it takes tells that it is there: the queue that this was the first of may fail at its last. */
  function watched(lane: Lane): Target {
    return {
      ...lane.target,
      async deliver(event) {
        await lane.target.deliver(event)
        lane.failing.clear()
        lane.failuresInARow = 0
      },
    }
  }

  function noteFailure(lane: Lane, { ownerId }: ClaimedQueue): void {
    lane.failing.add(ownerId)
    lane.failuresInARow++
    lane.pausedUntil =
      clock.elapsedMs() + Math.min(1_000 * 2 ** Math.min(lane.failuresInARow, 10), LONGEST_OUTAGE_MS)
  }

  return {
    start() {
      if (all.length > 0) running ??= run()
    },
    async stop() {
      isStopping = true
      pause.wake()
      await running
    },
  }
}
