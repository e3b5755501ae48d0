import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { expireIncomplete } from './cancel-subscription.ts'
import { markVoid } from './invoice-states.ts'
import { makeActive } from './make-active.ts'

/**
 * Voids an invoice; `invoice.voided`. A void invoice no longer counts for its subscription's status: one that only waited for
 * this first payment expires, one that was overdue because of it is active again.
 */
export function voidInvoice(context: Context, invoice: Stripe.Invoice): Stripe.Invoice {
  const voided = markVoid(context, invoice)
  context.emit('invoice.voided', voided)
  const id = idOf(invoice.parent?.subscription_details?.subscription)
  const subscription = id === null ? undefined : context.store.get('subscription', id)
  if (subscription === undefined || idOf(subscription.latest_invoice) !== invoice.id) return voided
  if (subscription.status === 'incomplete') expireIncomplete(context, subscription)
  if (subscription.status === 'past_due' || subscription.status === 'unpaid') {
    makeActive(context, subscription)
  }
  return voided
}
