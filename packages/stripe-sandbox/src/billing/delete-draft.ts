import type Stripe from 'stripe'
import type { Context } from '../context.ts'

/** Deletes a draft (`invoice.deleted`) with the invoice items on it: they do not wait for another invoice again. */
export function deleteDraft(context: Context, draft: Stripe.Invoice): Stripe.DeletedInvoice {
  for (const item of [...context.store.where('invoiceitem', 'invoice', draft.id)]) {
    context.store.delete('invoiceitem', item.id)
  }
  context.store.delete('invoice', draft.id)
  context.emit('invoice.deleted', draft)
  return { id: draft.id, object: 'invoice', deleted: true }
}
