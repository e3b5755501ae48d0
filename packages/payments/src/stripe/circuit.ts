/**
 * Whether Stripe is asked at all. While it is away every call would hang until its timeout, with somebody waiting behind it.
 *
 *   closed    calls go out; five failures in a row, with no answer between them, open it, unless all were of one object: that is an
 *             object which Stripe cannot read, or not in time, and others' calls must not be refused for it
 *   open      nothing goes out: each call is refused at once and told how long that lasts (1 s, then twice as long each time, 30 s at most)
 *   probing   the time is over and one call is on its way; it alone decides: an answer closes, a failure opens for longer
 *
 * Kept by each process for itself: it must work when nothing else does. Measured in elapsed time, because
 * what waits is real however the time of day jumps.
 */
export interface Circuit {
  /** Milliseconds until a call is worth trying; null when one may go out now. Changes nothing. */
  refusedForMs(): number | null
  /** Takes the right to one call, which must be settled; null when it is refused. */
  begin(): CircuitCall | null
}

export interface CircuitCall {
  succeeded(): void
  /** `object`: what Stripe failed at, where it may be only that; without it the failure is Stripe's own. */
  failed(object?: string): void
  /** It ended without saying anything about Stripe. */
  dropped(): void
}

export type CircuitState = 'closed' | 'probing' | 'open'

const FAILURES_TO_OPEN = 5
const FIRST_OPEN_MS = 1_000
const LONGEST_OPEN_MS = 30_000

export interface CircuitOptions {
  onChange?: (state: CircuitState) => void
  nowMs?: () => number
}

export function createCircuit(options: CircuitOptions = {}): Circuit {
  const { onChange = () => undefined, nowMs = () => performance.now() } = options
  let state: CircuitState = 'closed'
  let failuresInARow = 0
  /** What failed since the last answer. */
  const failedAt = new Set<string | symbol>()
  let timesOpened = 0
  let openUntilMs = 0

  function become(next: CircuitState): void {
    if (state === next) return
    state = next
    onChange(next)
  }

  function open(): void {
    openUntilMs = nowMs() + Math.min(FIRST_OPEN_MS * 2 ** timesOpened, LONGEST_OPEN_MS)
    timesOpened++
    become('open')
  }

  function refusedForMs(): number | null {
    if (state === 'closed') return null
    if (state === 'probing') return FIRST_OPEN_MS
    const leftMs = openUntilMs - nowMs()
    return leftMs > 0 ? leftMs : null
  }

  return {
    refusedForMs,
    begin() {
      if (refusedForMs() !== null) return null
      const isProbe = state === 'open'
      if (isProbe) become('probing')
      let isSettled = false
      const settle =
        <Args extends unknown[]>(outcome: (...args: Args) => void) =>
        (...args: Args) => {
          if (!isSettled) outcome(...args)
          isSettled = true
        }
      return {
        succeeded: settle(() => {
          // What was sent before it opened, and comes back late, decides nothing.
          if (!isProbe && state !== 'closed') return
          failuresInARow = 0
          failedAt.clear()
          timesOpened = 0
          become('closed')
        }),
        failed: settle((object?: string) => {
          failuresInARow++
          // Two are enough to know that it is not one object; the set must not grow with the failures.
          if (failedAt.size < 2) failedAt.add(object ?? Symbol('Stripe itself'))
          const isStripe = failuresInARow >= FAILURES_TO_OPEN && failedAt.size > 1
          if (isProbe || (state === 'closed' && isStripe)) open()
        }),
        dropped: settle(() => {
          if (isProbe) become('open')
        }),
      }
    },
  }
}
