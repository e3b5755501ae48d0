import { setImmediate as nextTurn } from 'node:timers/promises'
import { contextAt, type World } from '../context.ts'
import type { DueWork } from './due-work.ts'
import type { Timeline } from './timeline-of.ts'

/** How long one slice of work may keep requests and deliveries waiting. */
const sliceMs = 20

/**
 * Puts times forward: that of the sandbox when it is asked to, that of a test clock when its status is `advancing` (which the API
 * sets, and which a restart finds again). Every due moment on the way is done in order, and the time reaches it in the
 * transaction that does it; so a process that dies half way goes on from there.
 */
export class Advances {
  readonly #world: World
  readonly #due: DueWork
  readonly #onError: (error: unknown, where: string) => void
  readonly #running = new Map<string, Promise<void>>()
  readonly #unsubscribe: () => void
  #isClosed = false

  constructor(world: World, due: DueWork, onError: (error: unknown, where: string) => void) {
    this.#world = world
    this.#due = due
    this.#onError = onError
    this.#unsubscribe = world.store.onCommit((changes) => {
      for (const { table, id } of changes) if (table === 'test_helpers.test_clock') this.#startIfAdvancing(id)
    })
    for (const { id } of world.store.all('test_helpers.test_clock')) this.#startIfAdvancing(id)
  }

  /** Puts the sandbox's own time forward to `at` (unix seconds). Resolves when all that was due until then is done. */
  async sandboxTo(at: number): Promise<void> {
    await this.#goTo(null, at)
    this.#world.store.transaction(() => this.#world.time.moveTo(null, at))
  }

  /** Stops at the next moment; what is left goes on at the next start. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#unsubscribe()
    await Promise.all(this.#running.values())
  }

  #startIfAdvancing(id: string): void {
    const clock = this.#world.store.get('test_helpers.test_clock', id)
    const target = clock?.status_details.advancing?.target_frozen_time
    if (this.#isClosed || clock?.status !== 'advancing' || target === undefined || this.#running.has(id))
      return
    const run = this.#advanceTestClock(id, target).finally(() => this.#running.delete(id))
    this.#running.set(id, run)
  }

  async #advanceTestClock(id: string, target: number): Promise<void> {
    try {
      // Not in the request that asked for it: its answer says `advancing`.
      await nextTurn()
      await this.#goTo(id, target)
      if (!this.#isClosed) this.#endAdvance(id, target, 'ready')
    } catch (error) {
      this.#onError(error, `advancing ${id}`)
      this.#endAdvance(id, null, 'internal_failure')
    }
  }

  async #goTo(timeline: Timeline, target: number): Promise<void> {
    let sliceEndsAt = performance.now() + sliceMs
    const move = (at: number): void => this.#world.time.moveTo(timeline, at)
    while (!this.#isClosed && this.#due.runNext(timeline, target, move)) {
      if (performance.now() < sliceEndsAt) continue
      await nextTurn()
      sliceEndsAt = performance.now() + sliceMs
    }
  }

  #endAdvance(id: string, reached: number | null, status: 'ready' | 'internal_failure'): void {
    const { store, time } = this.#world
    store.transaction(() => {
      if (reached !== null) time.moveTo(id, reached)
      const clock = store.get('test_helpers.test_clock', id)
      // It was deleted on the way.
      if (clock === undefined) return
      const ended = { ...clock, status, status_details: {} }
      store.put('test_helpers.test_clock', ended)
      contextAt(this.#world, time.clockOf(id)).emit(`test_helpers.test_clock.${status}`, ended)
    })
  }
}
