import type { Store } from '../../store/store.ts'
import type { TableName } from '../../store/tables.ts'

/** An object of Stripe's, as the store has it. */
export interface StripeObject {
  id: string
  object: string
  created?: number
  deleted?: boolean
}

/** Records of the sandbox itself have no `object`; events have a page of their own. */
export function isStripeObject(record: object): record is StripeObject {
  return 'object' in record && typeof record.object === 'string' && record.object !== 'event'
}

/** The tables with Stripe's objects in them, and how many each has. */
export function objectTables(store: Store): { table: TableName; count: number }[] {
  return store
    .tables()
    .filter((table) => {
      const [newest] = store.all(table)
      return newest !== undefined && isStripeObject(newest)
    })
    .map((table) => ({ table, count: store.count(table) }))
    .sort((a, b) => (a.table < b.table ? -1 : 1))
}

export function objectById(store: Store, id: string): StripeObject | undefined {
  for (const table of store.tables()) {
    const found = store.get(table, id)
    if (found && isStripeObject(found)) return found
  }
  return undefined
}

/** All objects, or those of one table, newest first. */
export function allObjects(store: Store, only?: TableName): StripeObject[] {
  const tables = only === undefined ? objectTables(store).map(({ table }) => table) : [only]
  const objects = tables.flatMap((table) => [...store.all(table)].filter(isStripeObject))
  // Stable: within a second and a table, the store's own order stays.
  return tables.length === 1 ? objects : objects.sort((a, b) => (b.created ?? 0) - (a.created ?? 0))
}

/** Whether any text in it, however deep, is exactly this: an id that it refers to. */
export function mentions(value: unknown, text: string): boolean {
  if (typeof value === 'string') return value === text
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).some((inner) => mentions(inner, text))
}

/** Whether any text in it has these letters, capitals or not. @param letters in lower case. */
export function contains(value: unknown, letters: string): boolean {
  if (typeof value === 'string') return value.toLowerCase().includes(letters)
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).some((inner) => contains(inner, letters))
}

/** The objects that this one names, in the order in which it names them. */
export function namedBy(store: Store, object: StripeObject): StripeObject[] {
  const found = new Map<string, StripeObject>()
  const visit = (value: unknown): void => {
    if (typeof value === 'string') {
      const named = value === object.id || found.has(value) ? undefined : objectById(store, value)
      if (named) found.set(value, named)
    } else if (typeof value === 'object' && value !== null) Object.values(value).forEach(visit)
  }
  visit(object)
  return [...found.values()]
}

/** The objects that name this one. */
export function namersOf(store: Store, { id }: StripeObject): StripeObject[] {
  return allObjects(store).filter((object) => object.id !== id && mentions(object, id))
}
