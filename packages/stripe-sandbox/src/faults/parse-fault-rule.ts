import { type FaultSetting, faultCatalogue, filtersOf } from './fault-catalogue.ts'
import type { FaultName, FaultRule } from './fault-rule.ts'

/** A rule that cannot be: says which part of it and why. */
export class FaultRuleError extends Error {
  readonly path: string

  constructor(path: string, message: string) {
    super(message)
    this.name = 'FaultRuleError'
    this.path = path
  }
}

type Hash = Record<string, unknown>

const ofEveryRule = ['fault', 'probability', 'count', 'skip', 'where']
const methods = ['GET', 'POST', 'DELETE']

/** Checks a rule from outside: JSON, or code without types. @throws FaultRuleError */
export function parseFaultRule(rule: unknown, path = 'rule'): FaultRule {
  if (!isHash(rule)) throw new FaultRuleError(path, `${path} must be an object.`)
  const name = String(rule.fault)
  if (!isFaultName(name)) {
    const names = Object.keys(faultCatalogue).join(', ')
    throw new FaultRuleError(`${path}.fault`, `There is no fault '${name}'; there are ${names}.`)
  }
  const { settings, scope } = faultCatalogue[name]
  for (const [key, value] of Object.entries(rule)) {
    if (ofEveryRule.includes(key) || value === undefined) continue
    const setting = Object.hasOwn(settings, key) ? settings[key] : undefined
    if (!setting) throw new FaultRuleError(`${path}.${key}`, `${name} has no setting '${key}'.`)
    checkSetting(value, setting, `${path}.${key}`)
  }
  checkNumber(rule.probability, `${path}.probability`, 0, 1)
  checkNumber(rule.count, `${path}.count`, 1, Number.MAX_SAFE_INTEGER, true)
  checkNumber(rule.skip, `${path}.skip`, 0, Number.MAX_SAFE_INTEGER, true)
  checkFilter(rule.where, name, filtersOf[scope], `${path}.where`)
  // Every part was just held against the type.
  return withoutUndefined(rule) as unknown as FaultRule
}

export function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(faultCatalogue, name)
}

function checkSetting(value: unknown, setting: FaultSetting, path: string): void {
  if ('oneOf' in setting) {
    if (setting.oneOf.some((each) => each === value)) return
    throw new FaultRuleError(path, `${path} must be one of ${setting.oneOf.join(', ')}.`)
  }
  checkNumber(value, path, setting.least, setting.most, true)
}

function checkNumber(value: unknown, path: string, least: number, most: number, isWhole = false): void {
  if (value === undefined) return
  const fits = typeof value === 'number' && value >= least && value <= most
  if (fits && (!isWhole || Number.isInteger(value))) return
  throw new FaultRuleError(
    path,
    `${path} must be a ${isWhole ? 'whole number' : 'number'} from ${least} to ${most}.`,
  )
}

function checkFilter(where: unknown, name: string, allowed: readonly string[], path: string): void {
  if (where === undefined) return
  if (!isHash(where)) throw new FaultRuleError(path, `${path} must be an object.`)
  for (const [key, value] of Object.entries(where)) {
    if (value === undefined) continue
    if (!allowed.includes(key)) {
      throw new FaultRuleError(
        `${path}.${key}`,
        `${name} can be narrowed by ${allowed.join(', ')}, not by ${key}.`,
      )
    }
    if (typeof value !== 'string')
      throw new FaultRuleError(`${path}.${key}`, `${path}.${key} must be a text.`)
    if (key === 'method' && !methods.includes(value)) {
      throw new FaultRuleError(`${path}.${key}`, `${path}.${key} must be one of ${methods.join(', ')}.`)
    }
  }
}

function withoutUndefined(hash: Hash): Hash {
  return Object.fromEntries(Object.entries(hash).filter(([, value]) => value !== undefined))
}

function isHash(value: unknown): value is Hash {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
