import stripeRoutes from '../generated/stripe-routes.json' with { type: 'json' }
import { notSupportedYet, parameterInvalid, urlUnrecognized } from './error-catalogue.ts'

interface Branch<T> {
  literal: Map<string, Branch<T>>
  parameter: Branch<T> | undefined
  targets: Map<string, T>
}

/** Finds what serves a method and path; a literal segment wins over a parameter. */
export class Router<T extends { method: string; path: string }> {
  readonly #ours: Branch<T> = branch()
  /** Every call that the SDK can make: what is there and not here is "not yet" rather than unknown. */
  readonly #stripes: Branch<true> = branch()

  constructor(targets: readonly T[]) {
    for (const target of targets) add(this.#ours, target.method, target.path, target)
    for (const line of stripeRoutes) {
      const [method = '', path = ''] = line.split(' ')
      add(this.#stripes, method, path, true)
    }
  }

  /** @throws StripeApiError 404 for a URL that Stripe does not have, "not yet" for one that only Stripe has. */
  find(method: string, path: string): { target: T; path: Record<string, string> } {
    const segments = path.replace(/\/$/, '').split('/').slice(1).map(decode)
    const target = search(this.#ours, segments, 0, method)
    if (!target) {
      const isStripes = path.startsWith('/v2/') || search(this.#stripes, segments, 0, method)
      throw isStripes ? notSupportedYet(`${method} ${path}`) : urlUnrecognized(method, path)
    }
    const names = target.path.split('/').slice(1)
    const values = names.flatMap((name, n) =>
      name.startsWith(':') ? [[name.slice(1), segments[n] ?? '']] : [],
    )
    return { target, path: Object.fromEntries(values) }
  }
}

function branch<T>(): Branch<T> {
  return { literal: new Map(), parameter: undefined, targets: new Map() }
}

function add<T>(root: Branch<T>, method: string, path: string, target: T): void {
  let at = root
  for (const segment of path.split('/').slice(1)) {
    if (segment.startsWith(':')) at = at.parameter ??= branch()
    else {
      const next = at.literal.get(segment) ?? branch<T>()
      at.literal.set(segment, next)
      at = next
    }
  }
  at.targets.set(method, target)
}

function search<T>(at: Branch<T>, segments: readonly string[], depth: number, method: string): T | undefined {
  const segment = segments[depth]
  if (segment === undefined) return at.targets.get(method)
  const literal = at.literal.get(segment)
  const found = literal && search(literal, segments, depth + 1, method)
  if (found !== undefined) return found
  return at.parameter && segment !== '' ? search(at.parameter, segments, depth + 1, method) : undefined
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw parameterInvalid('id', `Invalid id: ${segment}`)
  }
}
