import { setTimeout as wait } from 'node:timers/promises'

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
  /** Resolves when the call may go out; false when it would have to wait for too long. */
  enter(callClass: CallClass): Promise<boolean>
  slowDown(pauseMs: number): Promise<void>
}

export interface CallBudgetOptions {
  bucket: SharedBucket
  /** The setting: what is taken for granted while the bucket cannot be asked. */
  callsPerSecond: number
  onWaiting?: (callClass: CallClass, count: number) => void
  onRate?: (callsPerSecond: number) => void
  /** The bucket could not be asked. */
  onError?: (error: unknown) => void
}

/** Somebody looks at a page that loads; a job can be told to come again. */
const PATIENCE_MS: Record<CallClass, number> = { people: 5_000, background: 30_000 }
/** A token that is older is given up: it must not become part of a burst. */
const TOKEN_GOOD_MS = 1_000
/** Part of a second's calls that is taken ahead, for what comes next. */
const AHEAD = 0.1

interface Waiter {
  untilMs: number
  admit(isAdmitted: boolean): void
}

export function createCallBudget(options: CallBudgetOptions): CallBudget {
  const { bucket, onWaiting = () => undefined, onRate = () => undefined, onError = () => undefined } = options
  const waiting: Record<CallClass, Waiter[]> = { people: [], background: [] }
  let tokens = 0
  let tokensGoodUntilMs = 0
  let callsPerSecond = options.callsPerSecond
  let isAsking = false

  function enter(callClass: CallClass): Promise<boolean> {
    if (isNobodyBefore(callClass) && tokens > 0 && performance.now() < tokensGoodUntilMs) {
      tokens--
      return Promise.resolve(true)
    }
    const { promise, resolve } = Promise.withResolvers<boolean>()
    waiting[callClass].push({ untilMs: performance.now() + PATIENCE_MS[callClass], admit: resolve })
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
      const ahead = Math.floor(callsPerSecond * AHEAD)
      const slice = await takeSlice({
        people: waiting.people.length,
        background: waiting.background.length + ahead,
      })
      callsPerSecond = slice.callsPerSecond
      onRate(callsPerSecond)
      tokens = slice.people + slice.background
      tokensGoodUntilMs = performance.now() + TOKEN_GOOD_MS
      admit('people', slice.people + slice.background)
      admit('background', slice.background)
      refuseImpatient()
      if (waiting.people.length + waiting.background.length > 0) await wait(Math.max(slice.retryInMs, 5))
    }
    isAsking = false
  }

  function admit(callClass: CallClass, most: number): void {
    const admitted = waiting[callClass].splice(0, Math.min(most, tokens))
    tokens -= admitted.length
    for (const waiter of admitted) waiter.admit(true)
    onWaiting(callClass, waiting[callClass].length)
  }

  function refuseImpatient(): void {
    for (const callClass of ['people', 'background'] as const) {
      const now = performance.now()
      const gone = waiting[callClass].filter(({ untilMs }) => untilMs <= now)
      waiting[callClass] = waiting[callClass].filter(({ untilMs }) => untilMs > now)
      for (const waiter of gone) waiter.admit(false)
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
      try {
        await bucket.slowDown(pauseMs)
      } catch (error) {
        onError(error)
      }
    },
  }
}
