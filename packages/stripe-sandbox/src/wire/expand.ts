import type { Includables } from '../api/includables.ts'
import type { Context } from '../context.ts'
import expandable from '../generated/expandable.json' with { type: 'json' }
import type { TableName } from '../store/tables.ts'
import { notSupportedYet, parameterInvalid } from './error-catalogue.ts'

type Hash = Record<string, unknown>

/**
 * What lies at a path of an object, below no other object: `id` an expandable id, `list` a list that is only there when
 * asked for, `embed` an object that is always there whole.
 */
interface Field {
  how: 'id' | 'list' | 'embed'
  to: readonly string[]
}

// A boundary: scripts/generate-objects.ts writes exactly this shape.
const fieldsOf = expandable as unknown as Readonly<Record<string, Readonly<Record<string, Field>>>>

const maxDepth = 4

/**
 * Replaces ids by objects, and adds lists that are left out by default, along paths such as
 * `data.latest_invoice.payments`. The answer given is not touched; a changed copy comes back.
 * @throws StripeApiError for a path that Stripe would not expand.
 */
export function expand(context: Context, answer: object, paths: unknown, includables: Includables): object {
  if (!Array.isArray(paths) || paths.length === 0) return answer
  const copy = copyOf(answer)
  for (const path of paths.map(String)) {
    const segments = path.split('.')
    if (segments.length > maxDepth) {
      throw parameterInvalid(
        'expand',
        `You cannot expand more than ${maxDepth} levels of a property. Property: ${path}`,
      )
    }
    new Expansion(context, includables, path).into(copy as Hash, segments)
  }
  return copy
}

/** The walk of one path. */
class Expansion {
  readonly #context: Context
  readonly #includables: Includables
  readonly #path: string

  constructor(context: Context, includables: Includables, path: string) {
    this.#context = context
    this.#includables = includables
    this.#path = path
  }

  /** Expands `segments` of a Stripe object or list. */
  into(holder: Hash, segments: readonly string[]): void {
    const type = String(holder.object)
    if (type === 'list' || type === 'search_result') {
      this.#intoList(holder, segments)
      return
    }
    for (let length = 1; length <= segments.length; length += 1) {
      const key = segments.slice(0, length).join('.')
      const rest = segments.slice(length)
      const resolver = this.#includables[`${type}.${key}`]
      const field = fieldsOf[type]?.[key]
      if (resolver) {
        const last = segments[length - 1] ?? ''
        const made = copyOf(resolver(this.#context, holder as { id: string }))
        for (const parent of holdersAt(holder, segments.slice(0, length - 1))) {
          if (made !== undefined) parent[last] ??= made
          if (rest.length > 0) this.#intoValue(parent[last], rest)
        }
        return
      }
      if (!field || (field.how === 'embed' && rest.length === 0)) continue
      if (field.how === 'list') throw notSupportedYet(`Expanding ${this.#path}`, 'expand')
      this.#checkRest(field, rest)
      for (const parent of holdersAt(holder, segments.slice(0, length - 1))) {
        const last = segments[length - 1] ?? ''
        if (field.how === 'id') parent[last] = this.#resolved(parent[last], field.to)
        if (rest.length > 0) this.#intoValue(parent[last], rest)
      }
      return
    }
    throw this.#cannotExpand()
  }

  #intoList(list: Hash, segments: readonly string[]): void {
    const [first, ...rest] = segments
    if (first !== 'data' || rest.length === 0) {
      const hint = first === 'data' ? '' : ` You may want to try expanding 'data.${this.#path}' instead.`
      throw parameterInvalid('expand', `This property cannot be expanded (${this.#path}).${hint}`)
    }
    this.#intoValue(list.data, rest)
  }

  #intoValue(value: unknown, segments: readonly string[]): void {
    if (Array.isArray(value)) for (const element of value) this.#intoValue(element, segments)
    else if (isHash(value)) this.into(value, segments)
  }

  /** So that a wrong path is refused also where the id happens to be null. */
  #checkRest(field: Field, rest: readonly string[]): void {
    if (rest.length === 0) return
    const canGoOn = field.to.some((type) => {
      const prefixes = rest.map((_, n) => rest.slice(0, n + 1).join('.'))
      return prefixes.some((key) => fieldsOf[type]?.[key] || this.#includables[`${type}.${key}`])
    })
    if (!canGoOn) throw this.#cannotExpand()
  }

  #resolved(value: unknown, types: readonly string[]): unknown {
    if (Array.isArray(value)) return value.map((element) => this.#resolved(element, types))
    if (typeof value !== 'string') return value
    for (const type of types) {
      // A boundary: a type that the sandbox does not keep has no table, and `get` finds nothing in it.
      const object =
        this.#context.store.get(type as TableName, value) ??
        (type === 'customer' ? this.#context.store.get('deleted_customer', value) : undefined)
      if (object) return copyOf(object)
    }
    throw notSupportedYet(`Expanding ${this.#path}`, 'expand')
  }

  #cannotExpand() {
    return parameterInvalid('expand', `This property cannot be expanded (${this.#path}).`)
  }
}

/** The hashes at a path through plain hashes, lists and arrays. */
function holdersAt(holder: Hash, segments: readonly string[]): Hash[] {
  let holders = [holder]
  for (const segment of segments) {
    holders = holders.flatMap((each) => {
      const value = each[segment]
      return (Array.isArray(value) ? value : [value]).filter(isHash)
    })
  }
  return holders
}

/** Plain JSON, so a plain copy: several times as fast as structuredClone. */
function copyOf<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  // A boundary of the type system: a copy of each part is a copy of the whole.
  if (Array.isArray(value)) return value.map(copyOf) as T
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, copyOf(entry)])) as T
}

function isHash(value: unknown): value is Hash {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
