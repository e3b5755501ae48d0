import type Stripe from 'stripe'
import type { Context } from '../../context.ts'
import { idOf } from '../../store/tables.ts'
import { dueKind } from '../../time/due-kind.ts'
import { collectInvoice, finalizeAndCollect } from '../collect-invoice.ts'
import { finalizeInvoice } from '../invoice-states.ts'
import { markUncollectible } from '../mark-uncollectible.ts'
import { saveChanges } from '../save-changes.ts'
import { voidInvoice } from '../void-invoice.ts'

/** Drafts are finalized, failed payments tried again, and invoices that were sent become overdue. */
export const invoiceCollection = dueKind<'invoice'>({
  name: 'invoice collection',
  table: 'invoice',
  at: (invoice) => {
    if (invoice.status === 'draft') return invoice.auto_advance ? invoice.automatically_finalizes_at : null
    if (invoice.status !== 'open') return null
    if (invoice.collection_method === 'send_invoice') {
      return invoice.attempted ? null : invoice.due_date
    }
    return invoice.auto_advance ? invoice.next_payment_attempt : null
  },
  run: (context, invoice) => {
    if (invoice.status === 'draft') finalizeDraft(context, invoice)
    else if (invoice.collection_method === 'send_invoice') becomeOverdue(context, invoice)
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

/** Its day has passed: `invoice.overdue`, and the subscription is past due. `attempted` remembers that it was said. */
function becomeOverdue(context: Context, invoice: Stripe.Invoice): void {
  const overdue = { ...invoice, attempted: true }
  context.store.put('invoice', overdue)
  context.emit('invoice.overdue', overdue)
  const id = idOf(invoice.parent?.subscription_details?.subscription)
  const subscription = id === null ? undefined : context.store.get('subscription', id)
  if (subscription?.status !== 'active') return
  saveChanges(
    context,
    'subscription',
    subscription,
    { ...subscription, status: 'past_due' },
    'customer.subscription.updated',
  )
}
