/** One column of a mirror row, as the mirror had it and as Stripe has it. Times as ISO 8601. */
export interface FieldDifference {
  field: string
  mirror: unknown
  stripe: unknown
}

/** A missed event, as far as a repair wants to know it. */
export interface MissedEvent {
  id: string
  type: string
  createdAt: Date
  /** What it rang for. */
  doorbells: readonly { resource: string; id: string }[]
}

/** Who found that the mirror differs, and by which events that webhooks did not bring. */
export interface RepairOrigin {
  foundBy: 'feed' | 'sweep'
  missedEvents: readonly MissedEvent[]
}

type Row = Readonly<Record<string, unknown>>

/** Columns that say when and how a row was written, not what Stripe says. */
const OF_THE_WRITE = new Set(['raw', 'synced_at', 'updated_at', 'created_at'])

/**
 * What differs between two states of a mirror row, field by field; nothing when they say the same. Null is a row that is not there.
 * A row as it is about to be written (JSON columns as text) and one as it was read compare alike.
 */
export function differences(mirror: Row | null, stripe: Row | null): FieldDifference[] {
  const fields = new Set([...Object.keys(mirror ?? {}), ...Object.keys(stripe ?? {})])
  return [...fields]
    .filter((field) => !OF_THE_WRITE.has(field))
    .map((field) => ({ field, mirror: plain(mirror?.[field]), stripe: plain(stripe?.[field]) }))
    .filter((each) => JSON.stringify(sorted(each.mirror)) !== JSON.stringify(sorted(each.stripe)))
}

/** As JSON has it. Text that is an array or an object is a JSON column before it is written. */
function plain(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'string' && /^[[{]/.test(value)) {
    try {
      return JSON.parse(value)
    } catch {
      return value
    }
  }
  return value ?? null
}

/** jsonb keeps no order of keys. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  )
}
