import type { Store } from '../store/store.ts'
import { draw } from './chance.ts'
import { type FaultScope, faultCatalogue } from './fault-catalogue.ts'
import type { FaultFilter, StoredFaultRule } from './fault-rule.ts'

/** What a rule is held against: everything that is known of a request, an event or a delivery. */
export interface Target {
  method?: string
  path?: string
  eventType?: string
  /** Id and URL. */
  endpoint?: readonly string[]
  /** Asked only by rules that are narrowed to a customer. */
  customer: () => string | null
}

/** The rules of a scope in their order; empty at almost no cost when there are none at all. */
export function rulesFor(store: Store, scope: FaultScope): StoredFaultRule[] {
  if (store.count('fault_rule') === 0) return []
  return [...store.all('fault_rule')].reverse().filter(({ fault }) => faultCatalogue[fault].scope === scope)
}

/**
 * Whether a rule strikes a target, written down in the caller's transaction.
 * @returns the rule as it is afterwards; undefined when it does not strike.
 */
export function strike(store: Store, rule: StoredFaultRule, target: Target): StoredFaultRule | undefined {
  if (!matches(rule.where ?? {}, target)) return undefined
  if (rule.count !== undefined && rule.struck >= rule.count) return undefined
  const isLetPass = rule.matched < (rule.skip ?? 0)
  const { probability = 1 } = rule
  const strikes = !isLetPass && (probability === 1 || draw(store) < probability)
  const after = { ...rule, matched: rule.matched + 1, struck: rule.struck + (strikes ? 1 : 0) }
  store.put('fault_rule', after)
  return strikes ? after : undefined
}

function matches(where: FaultFilter, target: Target): boolean {
  return (
    (where.method === undefined || where.method === target.method) &&
    (where.path === undefined || fits(where.path, target.path)) &&
    (where.eventType === undefined || fits(where.eventType, target.eventType)) &&
    (where.endpoint === undefined || (target.endpoint?.includes(where.endpoint) ?? false)) &&
    (where.customer === undefined || where.customer === target.customer())
  )
}

/** `*` stands for any text, also none. */
function fits(pattern: string, text: string | undefined): boolean {
  if (text === undefined) return false
  const [first = '', ...others] = pattern.split('*')
  if (others.length === 0) return text === pattern
  const last = others.pop() ?? ''
  if (!text.startsWith(first)) return false
  let at = first.length
  for (const part of others) {
    const found = text.indexOf(part, at)
    if (found === -1) return false
    at = found + part.length
  }
  return text.length - last.length >= at && text.endsWith(last)
}
