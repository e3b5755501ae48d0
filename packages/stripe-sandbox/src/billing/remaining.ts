import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { supersedeAuthentications } from './attempt-payment.ts'

/** Lets the payment that is to pay an invoice ask for what is left of it. A challenge for the old amount is worth nothing. */
export function followRemaining(context: Context, invoice: Stripe.Invoice): void {
  for (const payment of context.store.where('invoice_payment', 'invoice', invoice.id)) {
    if (payment.status !== 'open') continue
    context.store.put('invoice_payment', { ...payment, amount_requested: invoice.amount_remaining })
    const intent = context.store.get('payment_intent', idOf(payment.payment.payment_intent) ?? '')
    if (intent === undefined) continue
    supersedeAuthentications(context, 'payment_intent', intent.id)
    const isChallenged = intent.status === 'requires_action'
    context.store.put('payment_intent', {
      ...intent,
      amount: invoice.amount_remaining,
      next_action: null,
      status: isChallenged ? 'requires_payment_method' : intent.status,
    })
  }
}
