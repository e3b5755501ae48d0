import { notSupportedYet } from './error-catalogue.ts'
import type { Method, Parameters, Route } from './route.ts'

/** What the wire itself does for every route, and for every list. */
const byTheWire: Record<Method, readonly string[]> = {
  GET: ['expand', 'limit', 'starting_after', 'ending_before'],
  POST: ['expand'],
  DELETE: ['expand'],
}

/**
 * Refuses a parameter that Stripe knows and the route does not act on: silence would be a wrong success.
 * `''`, `[]` and `{}` pass where anything below their path is supported.
 */
export function supportChecker(
  route: Pick<Route, 'method' | 'path' | 'supports'>,
): (parameters: Parameters) => void {
  const listed = [...route.supports, ...byTheWire[route.method]]
  const exact = new Set(listed)
  const prefixes = listed.filter((path) => path.endsWith('.*')).map((path) => path.slice(0, -1))
  const containers = new Set(listed.flatMap(ancestors))

  const check = (value: unknown, path: string, shown: string): void => {
    const isSupported = exact.has(path) || prefixes.some((prefix) => path.startsWith(prefix))
    if (isSupported) return
    if (typeof value === 'object' && value !== null) {
      const isArray = Array.isArray(value)
      const entries = Object.entries(value)
      for (const [key, entry] of entries) check(entry, isArray ? path : `${path}.${key}`, `${shown}[${key}]`)
      if (entries.length > 0) return
    }
    const isEmpty = value === '' || (typeof value === 'object' && value !== null)
    if (isEmpty && containers.has(path)) return
    throw notSupportedYet(`The parameter ${shown} of ${route.method} ${route.path}`, shown)
  }

  return (parameters) => {
    for (const [key, value] of Object.entries(parameters)) check(value, key, key)
  }
}

/** `a.b.c` → `a`, `a.b`. */
function ancestors(path: string): string[] {
  const parts = path.split('.')
  return parts.slice(1).map((_, n) => parts.slice(0, n + 1).join('.'))
}
