import { clockOfMs, type SandboxClock } from '../clock.ts'
import type { Store } from '../store/store.ts'
import type { Timeline } from './timeline-of.ts'

/**
 * The times of a sandbox. Its own time runs with the machine's (or with the clock that a test hands in) and can be moved
 * forward; each test clock's time stands still between advances. Both are in the store, so that a restart keeps them.
 */
export class SandboxTime {
  readonly #store: Store
  readonly #base: SandboxClock
  readonly #own: SandboxClock

  /** @param base the time that the sandbox's own follows. */
  constructor(store: Store, base: SandboxClock) {
    this.#store = store
    this.#base = base
    this.#own = clockOfMs(() => this.#base.nowMs() + this.#offsetMs())
  }

  /** The clock of a timeline, which goes on as the timeline does. */
  clockOf(timeline: Timeline): SandboxClock {
    return timeline === null ? this.#own : clockOfMs(() => this.#frozenTime(timeline) * 1000)
  }

  /** Puts a timeline forward to `at`, unix seconds; it never goes back. In the caller's transaction. */
  moveTo(timeline: Timeline, at: number): void {
    if (timeline === null) {
      const forwardMs = at * 1000 - this.#own.nowMs()
      if (forwardMs > 0)
        this.#store.put('clock_offset', { id: 'sandbox', offsetMs: this.#offsetMs() + forwardMs })
      return
    }
    const clock = this.#store.get('test_helpers.test_clock', timeline)
    if (clock && at > clock.frozen_time) {
      this.#store.put('test_helpers.test_clock', { ...clock, frozen_time: at })
    }
  }

  #offsetMs(): number {
    return this.#store.get('clock_offset', 'sandbox')?.offsetMs ?? 0
  }

  #frozenTime(id: string): number {
    return this.#store.get('test_helpers.test_clock', id)?.frozen_time ?? this.#own.now()
  }
}
