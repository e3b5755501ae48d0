import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { expireIncomplete } from './cancel-subscription.ts'
import { countingInvoice, isCounting, isOverdue, subscriptionOf } from './counting-invoice.ts'
import { markVoid } from './invoice-states.ts'
import { makeActive } from './make-active.ts'
import { makePastDue } from './make-past-due.ts'

/** Voids an invoice; `invoice.voided`. If its subscription's status went by it, it goes by the invoice before it now. */
export function voidInvoice(context: Context, invoice: Stripe.Invoice): Stripe.Invoice {
  const subscription = subscriptionOf(context, invoice)
  const counted = subscription !== undefined && isCounting(context.store, subscription, invoice)
  const voided = markVoid(context, invoice)
  context.emit('invoice.voided', voided)
  if (counted) goByTheOneBefore(context, subscription)
  return voided
}

/**
 * incomplete          waited for this first payment: it expires
 * past_due, unpaid    active, unless the invoice before it is owed too
 * active              stays so, unless this one had been given up and the one before it is owed
 */
function goByTheOneBefore(context: Context, subscription: Stripe.Subscription): void {
  const before = countingInvoice(context.store, subscription)
  const isOwing = before !== undefined && isOverdue(context, before)
  switch (subscription.status) {
    case 'incomplete':
      expireIncomplete(context, subscription)
      return
    case 'past_due':
    case 'unpaid':
      if (!isOwing) makeActive(context, subscription)
      return
    case 'active':
      if (isOwing) makePastDue(context, subscription)
      return
    case 'trialing':
    case 'paused':
    case 'canceled':
    case 'incomplete_expired':
      return
  }
}
