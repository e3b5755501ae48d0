import { idOf } from '../store/tables.ts'

/** Whose an object is: the customer that it is or names; null for what belongs to nobody. */
export function customerOf(object: object): string | null {
  const { object: kind, id, customer } = object as { object?: unknown; id?: unknown; customer?: unknown }
  if (kind === 'customer') return String(id)
  // A boundary: wherever one of Stripe's objects has a `customer`, it is an id, the object or null.
  return idOf(customer as string | { id: string } | null | undefined)
}
