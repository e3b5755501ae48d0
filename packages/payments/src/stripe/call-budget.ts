import type { Clock } from '../domain/clock.ts'

/** people: somebody waits for the answer. background: jobs and commands, which have time. */
export type CallClass = 'people' | 'background'

export interface Slice {
  people: number
  background: number
  /** What all replicas together may send at present. */
  callsPerSecond: number
  /** Until more is worth asking for. */
  retryInMs: number
}

/** The bucket that all replicas share (db/queries/call-budget). */
export interface SharedBucket {
  take(wanted: { people: number; background: number }): Promise<Slice>
  /** Stripe said 429: everybody sends less, and nothing at all for as long as Stripe asks. */
  slowDown(pauseMs: number): Promise<void>
}

/**
 * The right to call Stripe, given out in order: people first, then the background. Calls that wait in this process share one
 * query to the bucket, and what is left of a slice serves the calls of the next second without any.
 */
export interface CallBudget {
  /** Resolves with null when the call may go out; with milliseconds when it would have to wait for too long, at once if that is known. */
  enter(callClass: CallClass): Promise<number | null>
  slowDown(pauseMs: number): Promise<void>
}

export interface CallBudgetOptions {
  bucket: SharedBucket
  /** The setting: what is taken for granted while the bucket cannot be asked. */
  callsPerSecond: number
  clock: Clock
  onWaiting?: (callClass: CallClass, count: number) => void
  onRate?: (callsPerSecond: number) => void
  /** The bucket could not be asked. */
  onError?: (error: unknown) => void
}

/** Somebody looks at a page that loads; a job can be told to come again. */
const PATIENCE_MS: Record<CallClass, number> = { people: 5_000, background: 30_000 }
/** A token that is older is given up: it must not become part of a burst. */
const TOKEN_GOOD_MS = 1_000
/** How long the queue sleeps at most: somebody with less patience may have joined. */
const LONGEST_SLEEP_MS = 100
/** Part of a second's calls that is taken ahead, for what comes next. */
const AHEAD = 0.1

interface Waiter {
  untilMs: number
  admit(refusedForMs: number | null): void
}

export function createCallBudget(options: CallBudgetOptions): CallBudget {
  const { bucket, clock, onWaiting = () => undefined, onRate = () => undefined } = options
  const { onError = () => undefined } = options
  const waiting: Record<CallClass, Waiter[]> = { people: [], background: [] }
  let tokens = 0
  let tokensGoodUntilMs = 0
  let callsPerSecond = options.callsPerSecond
  /** The bucket is known to be empty, or paused by Stripe, until then. */
  let notBeforeMs = 0
  let isAsking = false

  function enter(callClass: CallClass): Promise<number | null> {
    const now = clock.elapsedMs()
    if (isNobodyBefore(callClass) && tokens > 0 && now < tokensGoodUntilMs) {
      tokens--
      return Promise.resolve(null)
    }
    if (notBeforeMs - now > PATIENCE_MS[callClass]) return Promise.resolve(notBeforeMs - now)
    const { promise, resolve } = Promise.withResolvers<number | null>()
    waiting[callClass].push({ untilMs: now + PATIENCE_MS[callClass], admit: resolve })
    onWaiting(callClass, waiting[callClass].length)
    if (!isAsking) void ask()
    return promise
  }

  function isNobodyBefore(callClass: CallClass): boolean {
    return waiting.people.length === 0 && (callClass === 'people' || waiting.background.length === 0)
  }

  /** Runs while anybody waits. Never rejects. */
  async function ask(): Promise<void> {
    isAsking = true
    while (waiting.people.length + waiting.background.length > 0) {
      if (clock.elapsedMs() >= notBeforeMs) await giveOut()
      refuseImpatient()
      if (waiting.people.length + waiting.background.length === 0) break
      await clock.wait(Math.min(Math.max(notBeforeMs - clock.elapsedMs(), 5), LONGEST_SLEEP_MS))
    }
    isAsking = false
  }

  async function giveOut(): Promise<void> {
    const slice = await takeSlice({
      people: waiting.people.length,
      background: waiting.background.length + Math.floor(callsPerSecond * AHEAD),
    })
    callsPerSecond = slice.callsPerSecond
    onRate(callsPerSecond)
    tokens = slice.people + slice.background
    tokensGoodUntilMs = clock.elapsedMs() + TOKEN_GOOD_MS
    admit('people', tokens)
    admit('background', slice.background)
    const isSpent = waiting.people.length + waiting.background.length > 0
    notBeforeMs = isSpent ? clock.elapsedMs() + slice.retryInMs : 0
  }

  function admit(callClass: CallClass, most: number): void {
    const admitted = waiting[callClass].splice(0, Math.min(most, tokens))
    tokens -= admitted.length
    for (const waiter of admitted) waiter.admit(null)
    onWaiting(callClass, waiting[callClass].length)
  }

  function refuseImpatient(): void {
    const now = clock.elapsedMs()
    const nextMs = Math.max(notBeforeMs, now)
    for (const callClass of ['people', 'background'] as const) {
      const isTooLong = ({ untilMs }: Waiter) => untilMs <= nextMs
      for (const waiter of waiting[callClass].filter(isTooLong)) waiter.admit(Math.max(nextMs - now, 1_000))
      waiting[callClass] = waiting[callClass].filter((waiter) => !isTooLong(waiter))
      onWaiting(callClass, waiting[callClass].length)
    }
  }

  /** A database that does not answer must not silence Stripe too: a quarter of the setting goes on, uncounted by the others. */
  async function takeSlice(wanted: { people: number; background: number }): Promise<Slice> {
    try {
      return await bucket.take(wanted)
    } catch (error) {
      onError(error)
      const some = Math.max(1, Math.floor(options.callsPerSecond / 4))
      return {
        people: some,
        background: 0,
        callsPerSecond: some,
        retryInMs: waiting.people.length === 0 ? 1_000 : 250,
      }
    }
  }

  return {
    enter,
    async slowDown(pauseMs) {
      tokens = 0
      notBeforeMs = Math.max(notBeforeMs, clock.elapsedMs() + pauseMs)
      try {
        await bucket.slowDown(pauseMs)
      } catch (error) {
        onError(error)
      }
    },
  }
}
