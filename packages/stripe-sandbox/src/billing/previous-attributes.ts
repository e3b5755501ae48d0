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
    if (JSON.stringify(old[key]) === JSON.stringify(current[key])) continue
    changed[key] =
      isHash(old[key]) && isHash(current[key])
        ? previousAttributes(old[key], current[key])
        : (old[key] ?? null)
  }
  return Object.keys(changed).length > 0 ? changed : undefined
}

function isHash(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
