import { nextRandom } from '../../src/faults/seeded-random.ts'

/** Chance that is the same for the same seed. */
export interface Random {
  /** 0 ≤ x < 1 */
  next(): number
  /** Whole, `least` to `most`. */
  whole(least: number, most: number): number
  happens(probability: number): boolean
  pick<T>(from: readonly T[]): T
}

export function createRandom(seed: number): Random {
  let state = seed
  const next = (): number => {
    const drawn = nextRandom(state)
    state = drawn.state
    return drawn.value
  }
  const whole = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1))
  return {
    next,
    whole,
    happens: (probability) => next() < probability,
    pick: (from) => {
      const picked = from[whole(0, from.length - 1)]
      if (picked === undefined) throw new Error('There is nothing to pick from.')
      return picked
    },
  }
}
