import { contextFrozenAt, type World } from '../context.ts'
import type { TableName } from '../store/tables.ts'
import { type DueKind, timelineFor } from './due-kind.ts'
import { DueMoments, type Moment } from './due-moments.ts'
import type { Timeline } from './timeline-of.ts'

/** One thing can be due twice at one moment (a week's renewal, and the notice of the next one), never endlessly often. */
const mostAtOneMoment = 20

/**
 * Does what time makes due: sessions expire, subscriptions renew, drafts are finalized, failed payments are tried again.
 *
 * Every kind of work says of an object when its next piece is due. The moments are a derived index (read from the store at start,
 * kept by its commits), one queue for each timeline. Each piece is one transaction in which it is exactly its moment,
 * however late it is done; so a clock that jumps over a year leaves what a year of waiting would have left, in the same order.
 */
export class DueWork {
  readonly #world: World
  readonly #kinds: readonly DueKind[]
  /** Table → the ranks of the kinds that look at its rows. */
  readonly #ranks: ReadonlyMap<TableName, readonly number[]>
  readonly #queues = new Map<Timeline, DueMoments>()
  readonly #timelines = new Map<string, Timeline>()
  /** The sandbox's own time up to which everything was done, unix seconds. */
  #reached = 0
  /** What was done last, and how often at that moment. */
  #last = { key: '', at: 0, times: 0 }

  constructor(world: World, kinds: readonly DueKind[]) {
    this.#world = world
    this.#kinds = kinds
    this.#ranks = ranksByTable(kinds)
    for (const [rank, { table }] of kinds.entries()) {
      for (const { id } of [...world.store.all(table)].reverse()) this.#note(rank, id)
    }
    world.store.onCommit((changes) => {
      for (const { table, id } of changes) this.#noteChange(table, id)
    })
  }

  /** When the next piece of work of a timeline is due, unix seconds; null when nothing is coming. */
  nextAt(timeline: Timeline): number | null {
    return this.#queues.get(timeline)?.peek()?.at ?? null
  }

  /**
   * Does the earliest piece of work of a timeline that is due by `until` (unix seconds), and says whether there was one.
   * `alongside` runs in the same transaction, before it. Throws what the work threw; it is then due again.
   */
  runNext(timeline: Timeline, until: number, alongside: (at: number) => void = () => undefined): boolean {
    const moment = this.#queues.get(timeline)?.take(until)
    if (moment === undefined) return false
    const at = Math.max(moment.at, this.#reachedIn(timeline))
    try {
      this.#world.store.transaction(() => {
        alongside(at)
        this.#run(moment, at)
      })
    } catch (error) {
      this.#queues.get(timeline)?.set(moment.key, moment.at, moment.rank)
      throw error
    }
    if (timeline === null) this.#reached = at
    return true
  }

  /** Does everything that the sandbox's own time has made due. One piece that fails is reported and holds up none of the others. */
  catchUp(onError: (error: unknown) => void): void {
    const now = this.#world.time.clockOf(null).now()
    const next = this.nextAt(null)
    if (next === null || next > now) {
      this.#reached = Math.max(this.#reached, now)
      return
    }
    const failed: Moment[] = []
    const queue = this.#queues.get(null)
    for (;;) {
      const upcoming = queue?.peek()
      try {
        if (!this.runNext(null, now)) break
      } catch (error) {
        onError(error)
        if (upcoming === undefined) break
        queue?.set(upcoming.key, null)
        failed.push(upcoming)
      }
    }
    // Tried again at the next turn.
    for (const { key, at, rank } of failed) queue?.set(key, at, rank)
    this.#reached = Math.max(this.#reached, now)
  }

  #run({ key, rank, at: dueAt }: Moment, at: number): void {
    const kind = this.#kinds[rank]
    const object = kind && this.#world.store.get(kind.table, key.slice(key.indexOf(' ') + 1))
    if (!kind || !object) return
    kind.run(contextFrozenAt(this.#world, at), object)
    const after = this.#world.store.get(kind.table, object.id)
    const again = after ? kind.at(after, this.#world) : null
    const isRepeated = this.#last.key === key && this.#last.at === at
    this.#last = { key, at, times: isRepeated ? this.#last.times + 1 : 1 }
    if (again !== null && again <= dueAt && this.#last.times >= mostAtOneMoment) {
      throw new Error(`${kind.name} leaves ${object.id} due at ${again} again and again`)
    }
  }

  #reachedIn(timeline: Timeline): number {
    return timeline === null ? this.#reached : this.#world.time.clockOf(timeline).now()
  }

  #noteChange(table: TableName, id: string): void {
    for (const rank of this.#ranks.get(table) ?? []) this.#note(rank, id)
  }

  #note(rank: number, id: string): void {
    const kind = this.#kinds[rank]
    if (!kind) return
    const { store } = this.#world
    const key = `${rank} ${id}`
    const object = store.get(kind.table, id)
    const timeline = object ? timelineFor(kind, store, object) : (this.#timelines.get(key) ?? null)
    const at = object ? kind.at(object, this.#world) : null
    this.#queueOf(timeline).set(key, at, rank)
    if (at === null || timeline === null) this.#timelines.delete(key)
    else this.#timelines.set(key, timeline)
  }

  #queueOf(timeline: Timeline): DueMoments {
    let queue = this.#queues.get(timeline)
    if (!queue) {
      queue = new DueMoments()
      this.#queues.set(timeline, queue)
    }
    return queue
  }
}

function ranksByTable(kinds: readonly DueKind[]): Map<TableName, number[]> {
  const ranks = new Map<TableName, number[]>()
  for (const [rank, { table, alongside = [] }] of kinds.entries()) {
    for (const each of [table, ...alongside]) ranks.set(each, [...(ranks.get(each) ?? []), rank])
  }
  return ranks
}
