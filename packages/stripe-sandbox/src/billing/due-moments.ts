interface Moment {
  key: string
  /** Unix seconds. */
  at: number
}

/** What becomes due when: keys in the order of their moments. Setting and taking cost a binary search. */
export class DueMoments {
  readonly #atOf = new Map<string, number>()
  /** In order. A key that was moved or cleared leaves its old entry behind, which is skipped when it comes up. */
  #moments: Moment[] = []

  /** @param at unix seconds; null: never. */
  set(key: string, at: number | null): void {
    if (at === null) {
      this.#atOf.delete(key)
      return
    }
    if (this.#atOf.get(key) === at) return
    this.#atOf.set(key, at)
    this.#moments.splice(this.#firstAfter(at), 0, { key, at })
  }

  /** The keys whose moment has come, earliest first. They are forgotten. */
  take(now: number): string[] {
    const taken = this.#moments.splice(0, this.#firstAfter(now))
    return taken.flatMap(({ key, at }) => {
      if (this.#atOf.get(key) !== at) return []
      this.#atOf.delete(key)
      return [key]
    })
  }

  #firstAfter(at: number): number {
    let low = 0
    let high = this.#moments.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#moments[middle]?.at ?? Number.POSITIVE_INFINITY) <= at) low = middle + 1
      else high = middle
    }
    return low
  }
}
