import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import type { TableName, Tables } from '../store/tables.ts'
import { previousAttributes } from './previous-attributes.ts'

/** Stores a changed object and announces it, or does nothing when nothing changed. Returns the stored object. */
export function saveChanges<T extends TableName>(
  context: Context,
  table: T,
  before: Tables[T],
  after: Tables[T],
  event: Stripe.Event['type'],
): Tables[T] {
  const previous = previousAttributes(before, after)
  if (previous === undefined) return before
  context.store.put(table, after)
  context.emit(event, after, previous)
  return after
}
