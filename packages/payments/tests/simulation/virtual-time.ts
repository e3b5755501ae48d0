import type { Clock } from '../../src/domain/clock.ts'

interface Timer {
  dueMs: number
  end(): void
}

/**
 * Time that stands still until it is moved. A step forward is a jump: whatever is due by then is due at once, as on a machine that
 * was asleep.
 */
export class VirtualTime {
  #nowMs: number
  readonly #timers = new Set<Timer>()

  constructor(startMs: number) {
    this.#nowMs = startMs
  }

  get nowMs(): number {
    return this.#nowMs
  }

  /** How many wait. */
  get waiting(): number {
    return this.#timers.size
  }

  /** When the next wait ends; null when nobody waits. */
  nextDueMs(): number | null {
    const due = [...this.#timers].map(({ dueMs }) => dueMs)
    return due.length === 0 ? null : Math.min(...due)
  }

  moveTo(nowMs: number): void {
    this.#nowMs = Math.max(this.#nowMs, nowMs)
    const due = [...this.#timers].filter(({ dueMs }) => dueMs <= this.#nowMs)
    for (const timer of due.toSorted((a, b) => a.dueMs - b.dueMs)) timer.end()
  }

  wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      // Never within this turn: who waits in a loop would leave nobody else one.
      if (signal.aborted) {
        setImmediate(resolve)
        return
      }
      const timer: Timer = { dueMs: this.#nowMs + milliseconds, end }
      this.#timers.add(timer)
      signal.addEventListener('abort', end, { once: true })
      const timers = this.#timers
      function end() {
        timers.delete(timer)
        signal.removeEventListener('abort', end)
        resolve()
      }
    })
  }
}

/** The clock of one replica. It may be wrong by some time, and it ends with the replica: then nothing waits any more. */
export class ReplicaClock implements Clock {
  skewMs = 0
  readonly #time: VirtualTime
  readonly #end = new AbortController()

  constructor(time: VirtualTime) {
    this.#time = time
  }

  now(): Date {
    return new Date(this.#time.nowMs + this.skewMs)
  }

  elapsedMs(): number {
    return this.#time.nowMs
  }

  wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
    const either = signal ? AbortSignal.any([signal, this.#end.signal]) : this.#end.signal
    return this.#time.wait(milliseconds, either)
  }

  end(): void {
    this.#end.abort()
  }
}
