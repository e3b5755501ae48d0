type Json = Record<string, unknown>

/**
 * What an `*.updated` event says about the past: the old values of what changed. A changed hash gives only its changed
 * fields, a changed array the whole old array (Stripe's rule). Undefined when nothing changed.
 */
export function previousAttributes(before: object, after: object): object | undefined {
  // Both are plain JSON hashes: Stripe objects as the store holds them.
  const old = before as Json
  const current = after as Json
  const changed: Json = {}
  for (const key of new Set([...Object.keys(old), ...Object.keys(current)])) {
    if (isSame(old[key], current[key])) continue
    changed[key] =
      isHash(old[key]) && isHash(current[key])
        ? previousAttributes(old[key], current[key])
        : (old[key] ?? null)
  }
  return Object.keys(changed).length > 0 ? changed : undefined
}

/** A change copies what it changes and keeps the rest, so most of two objects is the very same value. */
function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (!isNested(one) || !isNested(other)) return false
  return JSON.stringify(one) === JSON.stringify(other)
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function isHash(value: unknown): value is Json {
  return isNested(value) && !Array.isArray(value)
}
