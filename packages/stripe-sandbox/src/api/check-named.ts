import type { Context } from '../context.ts'
import type { TableName } from '../store/tables.ts'
import { existing } from '../wire/existing.ts'

type Named = Extract<
  TableName,
  'charge' | 'customer' | 'file' | 'invoice' | 'payment_intent' | 'price' | 'product' | 'subscription'
>

/**
 * Refuses a list that is narrowed by an id which names nothing: an empty page would look like an answer. A deleted customer
 * still has what it had.
 * @param ids parameter, which is also the table → the id that was given.
 */
export function checkNamed(context: Context, ids: { [N in Named]?: string | undefined }): void {
  // A boundary of the type system: Object.entries forgets the keys.
  for (const [name, id] of Object.entries(ids) as [Named, string | undefined][]) {
    if (id === undefined) continue
    if (name === 'customer' && context.store.get('deleted_customer', id)) continue
    existing(context, name, id, name)
  }
}
