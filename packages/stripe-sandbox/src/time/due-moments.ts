/** A piece of work that becomes due. */
export interface Moment {
  key: string
  /** Unix seconds. */
  at: number
  /** Of two at the same second the lower one comes first. */
  rank: number
}

interface Entry extends Moment {
  sequence: number
}

/**
 * What becomes due when: keys in the order of their moments, then of their rank, then in which they were set. A binary heap. A
 * key that was moved or cleared leaves its old entry behind, which is skipped when it comes up.
 */
export class DueMoments {
  readonly #current = new Map<string, Entry>()
  readonly #heap: Entry[] = []
  #sequence = 0

  /** @param at unix seconds; null: never. */
  set(key: string, at: number | null, rank = 0): void {
    const known = this.#current.get(key)
    if (at === null) {
      this.#current.delete(key)
      return
    }
    if (known?.at === at && known.rank === rank) return
    const entry: Entry = { key, at, rank, sequence: this.#sequence++ }
    this.#current.set(key, entry)
    this.#push(entry)
  }

  /** The earliest moment, which stays. */
  peek(): Moment | undefined {
    let top = this.#heap[0]
    while (top && this.#current.get(top.key) !== top) {
      this.#pop()
      top = this.#heap[0]
    }
    return top
  }

  /** Takes the earliest moment, if it has come by `now` (unix seconds). It is forgotten. */
  take(now: number): Moment | undefined {
    const top = this.peek()
    if (top === undefined || top.at > now) return undefined
    this.#pop()
    this.#current.delete(top.key)
    return top
  }

  get size(): number {
    return this.#current.size
  }

  #push(entry: Entry): void {
    const heap = this.#heap
    let at = heap.length
    heap.push(entry)
    while (at > 0) {
      const above = (at - 1) >> 1
      const parent = heap[above]
      if (parent === undefined || !isBefore(entry, parent)) break
      heap[at] = parent
      at = above
    }
    heap[at] = entry
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      let child = heap[below]
      const right = heap[below + 1]
      if (right && child && isBefore(right, child)) {
        below += 1
        child = right
      }
      if (child === undefined || !isBefore(child, last)) break
      heap[at] = child
      at = below
    }
    heap[at] = last
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  if (a.at !== b.at) return a.at < b.at
  return a.rank === b.rank ? a.sequence < b.sequence : a.rank < b.rank
}
