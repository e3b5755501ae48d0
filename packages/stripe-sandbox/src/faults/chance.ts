import type { Store } from '../store/store.ts'
import type { DrawnSoFar } from './fault-rule.ts'
import { nextRandom } from './seeded-random.ts'

export function startChance(store: Store, seed: number): void {
  store.put('fault_chance', { id: 'chance', seed, state: seed })
}

export function drawnSoFar(store: Store): DrawnSoFar {
  const chance = store.get('fault_chance', 'chance')
  if (!chance) throw new Error('The faults of this store were never started.')
  return chance
}

/** The next number from 0 up to 1, in the caller's transaction: undone with it, it is drawn again. */
export function draw(store: Store): number {
  const chance = drawnSoFar(store)
  const { value, state } = nextRandom(chance.state)
  store.put('fault_chance', { ...chance, state })
  return value
}
