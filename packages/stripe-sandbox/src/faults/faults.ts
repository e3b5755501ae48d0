import type { Ids } from '../ids.ts'
import type { Store } from '../store/store.ts'
import { drawnSoFar, startChance } from './chance.ts'
import type { FaultRule, StoredFaultRule } from './fault-rule.ts'
import { FaultRuleError, parseFaultRule } from './parse-fault-rule.ts'

/** A rule, with its id and with what has become of it. */
export type ListedFaultRule = FaultRule & Pick<StoredFaultRule, 'id' | 'matched' | 'struck'>

/**
 * What goes wrong on purpose: `sandbox.faults`. Rules lie in the store, so they survive a restart with a data directory, and what
 * a request that failed would have used up is given back with everything else that it wrote.
 *
 * @example
 * sandbox.faults.set({ seed: 7, rules: [{ fault: 'deliver_twice', probability: 0.3, where: { eventType: 'invoice.*' } }] })
 * sandbox.faults.add({ fault: 'lose_answer', count: 1, where: { method: 'POST', path: '/v1/customers' } })
 */
export class Faults {
  readonly #store: Store
  readonly #ids: Ids

  constructor(store: Store, ids: Ids) {
    this.#store = store
    this.#ids = ids
    if (store.count('fault_chance') === 0) store.transaction(() => startChance(store, newSeed(ids)))
  }

  /** What all chance comes from. The same seed and the same requests give the same faults: print it where a test fails. */
  get seed(): number {
    return drawnSoFar(this.#store).seed
  }

  /**
   * Replaces everything: the rules, and the seed, from which drawing starts anew. Without a seed there is a new one.
   * @throws FaultRuleError and changes nothing.
   */
  set(faults: { seed?: number; rules?: readonly FaultRule[] }): ListedFaultRule[] {
    const { seed = newSeed(this.#ids), rules = [] } = faults
    if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
      throw new FaultRuleError('seed', 'seed must be a whole number from 0 to 4294967295.')
    }
    const parsed = rules.map((rule, n) => parseFaultRule(rule, `rules[${n}]`))
    return this.#store.transaction(() => {
      this.clear()
      startChance(this.#store, seed)
      return parsed.map((rule) => this.#put(rule))
    })
  }

  /** Adds a rule behind the others. Drawing goes on. @throws FaultRuleError */
  add(rule: FaultRule): ListedFaultRule {
    const parsed = parseFaultRule(rule)
    return this.#store.transaction(() => this.#put(parsed))
  }

  /** Takes one rule away. @returns whether there was one. */
  remove(id: string): boolean {
    const isThere = this.#store.get('fault_rule', id) !== undefined
    if (isThere) this.#store.transaction(() => this.#store.delete('fault_rule', id))
    return isThere
  }

  /** Takes all rules away: what is already on its way late, twice or spoiled stays so. The seed stays. */
  clear(): void {
    this.#store.transaction(() => {
      for (const { id } of [...this.#store.all('fault_rule')]) this.#store.delete('fault_rule', id)
    })
  }

  /** The rules in their order, the first one that strikes a request wins. */
  list(): ListedFaultRule[] {
    return [...this.#store.all('fault_rule')].reverse().map(listed)
  }

  #put(rule: FaultRule): ListedFaultRule {
    const stored = { ...rule, id: this.#ids.newId('flt_'), matched: 0, struck: 0 }
    this.#store.put('fault_rule', stored)
    return listed(stored)
  }
}

/** Without its windows, which are nobody's business. */
function listed({ windows: _, ...rule }: StoredFaultRule): ListedFaultRule {
  return rule
}

/** From where the ids come, so that a sandbox with an `idSeed` is the same in this too. */
function newSeed(ids: Ids): number {
  return [...ids.randomText(12)].reduce((seed, each) => (Math.imul(seed, 31) + each.charCodeAt(0)) >>> 0, 0)
}
