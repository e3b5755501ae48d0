import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { announceCharge } from './announce-charge.ts'
import type { CheckoutMoney } from './checkout-completion.ts'

// A session is completed when its buyer has done everything. With a bank debit the money comes days later, or does not.

/** The charge's own event: the money is there, or on its way. */
export function announceTaken(context: Context, { charge }: CheckoutMoney): void {
  if (charge.status === 'pending') context.emit('charge.pending', charge)
  else announceCharge(context, charge)
}

/** The intent's own events, the one that was not announced yet last, as `stripe listen` shows them. */
export function announceIntent(context: Context, { intent, created }: CheckoutMoney): void {
  context.emit(
    intent.status === 'processing' ? 'payment_intent.processing' : 'payment_intent.succeeded',
    intent,
  )
  if (created) context.emit('payment_intent.created', created)
}

/** What a completed session says of its money. */
export function paymentStatusOf(payment: CheckoutMoney | null): Stripe.Checkout.Session.PaymentStatus {
  if (payment === null) return 'no_payment_required'
  return payment.charge.status === 'pending' ? 'unpaid' : 'paid'
}
