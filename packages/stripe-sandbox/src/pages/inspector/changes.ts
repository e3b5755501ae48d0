import type Stripe from 'stripe'

export interface Changed {
  /** Dotted: `items.data`. */
  path: string
  before: unknown
  after: unknown
}

/** What an update changed, one line for each value: a changed hash gives its changed fields, a changed array is one value. */
export function changesOf(event: Stripe.Event): Changed[] {
  const { object, previous_attributes: previous } = event.data
  return previous === undefined ? [] : changedIn(previous, object, '')
}

function changedIn(before: object, after: unknown, path: string): Changed[] {
  return Object.entries(before).flatMap(([key, old]) => {
    const at = path === '' ? key : `${path}.${key}`
    const now: unknown = isHash(after) ? after[key] : undefined
    return isHash(old) && isHash(now)
      ? changedIn(old, now, at)
      : [{ path: at, before: old as unknown, after: now }]
  })
}

function isHash(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
