import type { HashSchema, Schema, SchemaTypes } from '../../src/wire/schema.ts'

export interface CheckOptions {
  types: SchemaTypes
  /** Hashes may lack fields, and null stands for what was not there: `previous_attributes`. */
  isPartial?: boolean
  /** False where nobody asked to expand: expandable fields are ids, and lists that must be asked for are not there. */
  mayExpand?: boolean
  /** What lies behind `{ ref: 'Event' }`. */
  checkEvent: (event: Record<string, unknown>, path: string) => string[]
}

/** Numbers of Stripe that may have a fraction; all others are integers. */
const fractional = /percent|percentage|exchange_rate|^(height|length|width|weight|latitude|longitude)$/

/** What is wrong with a value, each line with its path: missing and surplus fields, wrong types, values not documented. */
export function checkSchema(value: unknown, schema: Schema, path: string, options: CheckOptions): string[] {
  const check = new Check(options)
  check.value(value, schema, path)
  return check.problems
}

class Check {
  readonly problems: string[] = []
  readonly #options: CheckOptions

  constructor(options: CheckOptions) {
    this.#options = options
  }

  value(value: unknown, schema: Schema, path: string): void {
    if (schema === 'any') return
    if (typeof schema === 'string') {
      const complaint = scalarComplaint(value, schema, path)
      if (complaint !== null && !(value === null && this.#options.isPartial)) {
        this.problems.push(`${path}: ${show(value)} ${complaint}`)
      }
    } else if ('ref' in schema) this.#named(value, schema.ref, path)
    else if ('union' in schema) this.#union(value, schema.union, path)
    else if (value === null && this.#options.isPartial) return
    else if ('enum' in schema) {
      if (schema.enum.some((entry) => entry === value)) return
      this.problems.push(`${path}: ${show(value)} is not one of ${schema.enum.slice(0, 8).join(', ')}`)
    } else if ('array' in schema) {
      if (Array.isArray(value)) this.#array(value, schema.array, path)
      else this.problems.push(`${path}: ${show(value)} is no array`)
    } else if (!isHash(value)) this.problems.push(`${path}: ${show(value)} is no hash`)
    else if ('map' in schema) {
      for (const [key, entry] of Object.entries(value)) this.value(entry, schema.map, `${path}.${key}`)
    } else this.#hash(value, schema, path)
  }

  #named(value: unknown, name: string, path: string): void {
    if (name === 'Event' && isHash(value)) this.problems.push(...this.#options.checkEvent(value, path))
    else this.value(value, this.#options.types[name] ?? 'any', path)
  }

  #hash(value: Record<string, unknown>, { hash, required }: HashSchema, path: string): void {
    if (!this.#options.isPartial) {
      for (const key of required ?? []) if (!(key in value)) this.problems.push(`${path}.${key}: missing`)
    }
    for (const key of Object.keys(value)) {
      const field = hash[key]
      if (field === undefined) this.problems.push(`${path}.${key}: no field of this API version`)
      else if (this.#isUnasked(value[key], field, required?.includes(key) ?? false)) {
        this.problems.push(`${path}.${key}: is expanded, and nobody asked for it`)
      } else this.value(value[key], field, `${path}.${key}`)
    }
  }

  #array(values: readonly unknown[], element: Schema, path: string): void {
    // A changed array is given whole (`previous_attributes`), so its elements are whole too.
    const check = this.#options.isPartial ? new Check({ ...this.#options, isPartial: false }) : this
    for (const [n, value] of values.entries()) check.value(value, element, `${path}[${n}]`)
    if (check !== this) this.problems.push(...check.problems)
  }

  /** An object where an id would do, or a list that is left out unless it is asked for. */
  #isUnasked(value: unknown, schema: Schema, isRequired: boolean): boolean {
    if (this.#options.mayExpand !== false || !isHash(value) || typeof value.object !== 'string') return false
    if (value.object === 'list') return !isRequired && !this.#options.isPartial
    return typeof schema === 'object' && 'union' in schema && schema.union.includes('string')
  }

  /** The complaints of the alternative that fits best: the one that the value's `object` or kind names, else the shortest. */
  #union(value: unknown, members: readonly Schema[], path: string): void {
    if (value === null && members.includes('null')) return
    if (typeof value === 'string' && members.includes('string')) return
    let best: string[] | undefined
    for (const member of members.filter((each) => each !== 'null')) {
      const trial = new Check(this.#options)
      trial.value(value, member, path)
      if (trial.problems.length === 0) return
      if (best === undefined || mismatch(trial.problems, path) < mismatch(best, path)) best = trial.problems
    }
    this.problems.push(...(best ?? [`${path}: fits nothing`]))
  }
}

function mismatch(problems: readonly string[], path: string): number {
  const isAnother = problems.some(
    (line) => line.startsWith(`${path}.object:`) || line.startsWith(`${path}: `),
  )
  return problems.length + (isAnother ? 1000 : 0)
}

/** What a scalar is not; null when it is what it should be. */
function scalarComplaint(value: unknown, kind: Extract<Schema, string>, path: string): string | null {
  if (kind === 'null' || kind === 'empty') return value === null ? null : 'is not null'
  if (kind === 'decimal') {
    return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? null : 'is no decimal'
  }
  if (typeof value !== kind) return `is no ${kind}`
  const isWhole = kind !== 'number' || Number.isSafeInteger(value)
  return isWhole || fractional.test(path.slice(path.lastIndexOf('.') + 1)) ? null : 'is no integer'
}

function show(value: unknown): string {
  return (JSON.stringify(value) ?? 'undefined').slice(0, 60)
}

export function isHash(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
