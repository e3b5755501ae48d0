import type { FaultRule } from 'stripe-sandbox'
import type { Passage } from './gate/gate.ts'
import { type Among, type Disturbance, type Fate, STRIPE_FAULTS, type StripeFault } from './schedule.ts'

/** Hands out the fates: each disturbance waits for its question, and each question has one fate at most. */
export class Fates {
  #waiting: { disturbance: Disturbance; left: number }[]
  #isOn = false

  constructor(disturbances: readonly Disturbance[]) {
    this.#waiting = disturbances.map((disturbance) => ({ disturbance, left: disturbance.nth }))
  }

  /** Of a question that has just come. */
  of(passage: Passage): Fate | null {
    if (!this.#isOn) return null
    let fate: Fate | null = null
    for (const each of this.#waiting) {
      if (!isAmong(each.disturbance.among, passage)) continue
      if (!fits(each.disturbance.fate, passage)) continue
      if (each.left-- > 0 || fate) continue
      fate = each.disturbance.fate
    }
    this.#waiting = this.#waiting.filter(({ left }) => left >= 0)
    return fate
  }

  /** The life begins; until now replicas started. */
  begin(): void {
    this.#isOn = true
  }

  /** From now on all is well. */
  end(): void {
    this.#isOn = false
  }
}

function isAmong(among: Among, { line, what }: Passage): boolean {
  const isDatabase = line === 'database'
  switch (among) {
    case 'any':
      return true
    case 'begin':
      return isDatabase && what === 'begin'
    case 'commit':
      return isDatabase && what === 'commit'
    case 'write':
      return (
        isDatabase &&
        /^(insert|update|delete|with)\b/.test(what) &&
        !what.includes('"leases"') &&
        !isOfQueues(what)
      )
    case 'lease':
      return isDatabase && what.includes('"leases"')
    case 'fetch':
      return line === 'stripe' && what.startsWith('GET ')
    case 'call':
      return line === 'stripe' && !what.startsWith('GET ')
    case 'queue':
      return isDatabase && isOfQueues(what)
    case 'tell':
      return line === 'app'
    default:
      throw new Error(`There is no kind of question ${among satisfies never}`)
  }
}

/** What the delivering asks: which queue is due, what waits in it, and what became of it. */
function isOfQueues(what: string): boolean {
  return /\boutbox_(queues|deliveries)\b|^select o\.id as "outboxId"/.test(what)
}

function fits(fate: Fate, { line }: Passage): boolean {
  return line === 'stripe' || !isStripeFault(fate.kind)
}

export function isStripeFault(kind: Fate['kind']): kind is StripeFault {
  return STRIPE_FAULTS.some((fault) => fault === kind)
}

export function ruleFor(kind: StripeFault): FaultRule {
  switch (kind) {
    case 'server error':
      return { fault: 'server_error' }
    case 'server error after work':
      return { fault: 'server_error', when: 'after_work' }
    case 'rate limit':
      return { fault: 'rate_limit' }
    case 'lock timeout':
      return { fault: 'lock_timeout' }
    case 'broken answer':
      return { fault: 'truncate_answer' }
    case 'empty list':
      return { fault: 'empty_list' }
    default:
      throw new Error(`There is no fault ${kind satisfies never}`)
  }
}
