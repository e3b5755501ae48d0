import { OWNERS, type Owner, type World } from '../world.ts'
import { givenTo, graceEndOf } from './truth.ts'

/** What Stripe gave and took in the course of a schedule, noted after every change there and with every half day that passes. */
export class History {
  readonly #had = new Map<Owner, Set<string>>()
  readonly #lost = new Map<Owner, Set<string>>()
  readonly #graceEnds = new Set<string>()

  note(world: World): void {
    const nowMs = world.sandbox.now() * 1000
    for (const owner of OWNERS) {
      const has = new Set(givenTo(world, owner, nowMs).flatMap(({ features }) => features))
      const lost = this.#lost.get(owner) ?? new Set()
      for (const name of this.#had.get(owner) ?? []) if (!has.has(name)) lost.add(name)
      this.#lost.set(owner, lost)
      this.#had.set(owner, has)
    }
    for (const subscription of world.sandbox.context.store.all('subscription')) {
      const endMs = graceEndOf(world, subscription)
      if (endMs !== null) this.#graceEnds.add(`${subscription.id} ${endMs}`)
    }
  }

  /** Whether the owner had this feature once, and then not any more. */
  wasLost(owner: Owner, feature: string): boolean {
    return this.#lost.get(owner)?.has(feature) ?? false
  }

  wasGraceEnd(subscription: string, until: string): boolean {
    return this.#graceEnds.has(`${subscription} ${Date.parse(until)}`)
  }
}
