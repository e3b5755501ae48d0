import {
  type ClaimedQueue,
  claimLikeliestQueue,
  claimQueues,
  giveBackQueue,
} from '../db/queries/outbox-queues.ts'
import { DeliveryFailed } from '../outbox/post.ts'
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

/*
 * A target that was not to be had (DeliveryFailed says what that is) for so many owners, and gave no answer since the first of them, is away: it
 * is asked by one queue at a time, after pauses. Whoever answers is there, be it that he refuses, or that a handler throws: then each owner
 * waits for himself, longer each time, and holds up nobody. What a handler needs may be away too; that looks the same as an event that no
 * handler will ever take, and to have everybody wait for that one is worse than to ask once for each owner.
 */
const OWNERS_OF_AN_OUTAGE = 3
const SHORTEST_PAUSE_MS = 2_000
const LONGEST_PAUSE_MS = 30_000

const AFTER_BREAKING_OFF_MS = 5_000

interface Lane {
  target: Target
  underWay: number
  /** Owners for whom it was not to be had since it last answered. */
  unanswered: Set<string>
  /** Of an outage, else 0. */
  pauseMs: number
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
    (target): Lane => ({ target, underWay: 0, unanswered: new Set(), pauseMs: 0, pausedUntil: 0 }),
  )
  const underWay = new Set<Promise<unknown>>()
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
        const isProbe = isAway(lane)
        const queues = isProbe ? await claimProbe(lane) : await claimFree(lane)
        for (const queue of queues) begin(lane, queue, isProbe)
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

  async function claimFree({ target, underWay }: Lane): Promise<ClaimedQueue[]> {
    if (underWay === lanes) return []
    return await claimQueues(context.db.query, target.name, clock.now(), lanes - underWay)
  }

  async function claimProbe({ target, underWay, pausedUntil }: Lane): Promise<ClaimedQueue[]> {
    if (underWay > 0 || clock.elapsedMs() < pausedUntil) return []
    return await claimLikeliestQueue(context.db.query, target.name, clock.now())
  }

  function begin(lane: Lane, queue: ClaimedQueue, isProbe: boolean): void {
    lane.underWay++
    const work: Promise<unknown> = workQueue(context, watched(lane, isProbe), queue)
      .catch((error: unknown) => giveBack(queue, error))
      .finally(() => {
        lane.underWay--
        underWay.delete(work)
        pause.wake()
      })
    underWay.add(work)
  }

  /** Where not even that can be done, for want of a database, it is free when the time of its claim is over. */
  async function giveBack(queue: ClaimedQueue, error: unknown): Promise<void> {
    log.error({ err: error }, 'A queue of app events broke off: will be taken again')
    const dueAt = new Date(clock.now().getTime() + AFTER_BREAKING_OFF_MS)
    await Promise.allSettled([giveBackQueue(context.db.query, queue, dueAt)])
  }

  /** Each event that it answers tells that it is there: the queue that this was the first of may fail at its last. */
  function watched(lane: Lane, isProbe: boolean): Target {
    return {
      ...lane.target,
      async deliver(event) {
        try {
          await lane.target.deliver(event)
          noteAnswer(lane)
        } catch (error) {
          if (error instanceof DeliveryFailed && error.isAway) noteSilence(lane, event.owner_id, isProbe)
          else noteAnswer(lane)
          throw error
        }
      },
    }
  }

  function noteAnswer(lane: Lane): void {
    lane.unanswered.clear()
    lane.pauseMs = 0
  }

  function noteSilence(lane: Lane, ownerId: string, isProbe: boolean): void {
    lane.unanswered.add(ownerId)
    // What was under way with others when it went away tells nothing new.
    if (!isAway(lane) || (lane.pauseMs > 0 && !isProbe)) return
    lane.pauseMs = Math.min(Math.max(lane.pauseMs * 2, SHORTEST_PAUSE_MS), LONGEST_PAUSE_MS)
    lane.pausedUntil = clock.elapsedMs() + lane.pauseMs
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

function isAway({ unanswered }: Lane): boolean {
  return unanswered.size >= OWNERS_OF_AN_OUTAGE
}
