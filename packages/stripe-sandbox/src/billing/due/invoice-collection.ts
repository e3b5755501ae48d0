import type Stripe from 'stripe'
import type { Context } from '../../context.ts'
import { idOf } from '../../store/tables.ts'
import { dueKind } from '../../time/due-kind.ts'
import { collectInvoice, finalizeAndCollect } from '../collect-invoice.ts'
import { finalizeInvoice } from '../invoice-states.ts'
import { markUncollectible } from '../mark-uncollectible.ts'
import { voidInvoice } from '../void-invoice.ts'

/** Drafts are finalized, and failed payments tried again. */
export const invoiceCollection = dueKind<'invoice'>({
  name: 'invoice collection',
  table: 'invoice',
  at: (invoice) => {
    if (invoice.status === 'draft') return invoice.auto_advance ? invoice.automatically_finalizes_at : null
    const isCharged = invoice.status === 'open' && invoice.collection_method === 'charge_automatically'
    return isCharged && invoice.auto_advance ? invoice.next_payment_attempt : null
  },
  run: (context, invoice) => {
    if (invoice.status === 'draft') finalizeDraft(context, invoice)
    else collectInvoice(context, invoice)
  },
})

function finalizeDraft(context: Context, draft: Stripe.Invoice): void {
  const subscriptionId = idOf(draft.parent?.subscription_details?.subscription)
  const subscription = subscriptionId === null ? undefined : context.store.get('subscription', subscriptionId)
  switch (subscription?.pause_collection?.behavior) {
    case 'void': {
      const open = finalizeInvoice(context, draft)
      context.emit('invoice.finalized', open)
      voidInvoice(context, open)
      return
    }
    case 'mark_uncollectible': {
      const open = finalizeInvoice(context, draft)
      context.emit('invoice.finalized', open)
      markUncollectible(context, open)
      return
    }
    case 'keep_as_draft':
      context.store.put('invoice', { ...draft, auto_advance: false, automatically_finalizes_at: null })
      return
    default:
      finalizeAndCollect(context, draft)
  }
}
