import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { finalizeAndCollect, intentToPay } from './collect-invoice.ts'
import { finalizeInvoice, markPaid } from './invoice-states.ts'
import type { AwaitedResumption } from './records.ts'
import { awaitResumption, endPause } from './resumption.ts'
import { settleWithoutMoney } from './settle-payment.ts'

/** Lets a paused subscription go on as soon as its invoice says so: at once where there is none, or nothing is due. */
export function collectResumption(
  context: Context,
  paused: Stripe.Subscription,
  draft: Stripe.Invoice | null,
  goesOnWith: AwaitedResumption['goesOnWith'],
): void {
  if (draft === null) {
    endPause(context, paused)
    return
  }
  awaitResumption(context, paused, draft, goesOnWith)
  if (goesOnWith === 'payment_success') {
    finalizeAndCollect(context, draft, { offSession: false, isScheduled: false })
    return
  }
  // Nobody tries it again by itself, neither now nor after a payment that failed.
  const open = finalizeInvoice(context, { ...draft, auto_advance: false })
  context.emit('invoice.finalized', open)
  if (open.amount_due > 0) intentToPay(context, open)
  else settleWithoutMoney(context, open, markPaid(context, open, null).invoice)
}
