import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { intentToPay } from './collect-invoice.ts'
import { finalizeInvoice, markPaid } from './invoice-states.ts'
import { settleWithoutMoney } from './settle-payment.ts'

/**
 * Finalizes a draft because somebody said so (`invoice.finalized`), and charges nothing yet. Of which nothing is due is paid at
 * once. Otherwise it waits, with its PaymentIntent, for being paid; one that advances by itself is charged about an hour later.
 */
export function finalizeByHand(context: Context, draft: Stripe.Invoice): Stripe.Invoice {
  const finalized = finalizeInvoice(context, draft)
  const open = { ...finalized, next_payment_attempt: nextAttempt(context, finalized) }
  context.store.put('invoice', open)
  context.emit('invoice.finalized', open)
  if (open.amount_due === 0) {
    const { invoice: paid } = markPaid(context, open, null)
    settleWithoutMoney(context, open, paid)
    return paid
  }
  intentToPay(context, open)
  return open
}

/** Unix seconds. */
function nextAttempt(context: Context, open: Stripe.Invoice): number | null {
  const isCharged =
    open.auto_advance && open.collection_method === 'charge_automatically' && open.amount_due > 0
  return isCharged ? context.clock.now() + context.settings.finalizeAfterSeconds : null
}
