import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { cancelPayments } from './invoice-states.ts'
import { settleWithoutCharge } from './settle-payment.ts'

/**
 * What an invoice still lacked was paid in another way than through Stripe, or will never be asked for: it is paid, nothing was
 * charged or tried, and what was to pay it ends.
 * @param offStripeMinor what was paid elsewhere.
 */
export function closeUnpaid(context: Context, open: Stripe.Invoice, offStripeMinor: number): Stripe.Invoice {
  cancelPayments(context, open, 'automatic')
  const now = context.clock.now()
  const paid: Stripe.Invoice = {
    ...open,
    amount_paid: open.amount_due,
    ...(offStripeMinor === 0 ? {} : { amount_paid_off_stripe: offStripeMinor }),
    amount_remaining: 0,
    auto_advance: false,
    next_payment_attempt: null,
    status: 'paid',
    status_transitions: { ...open.status_transitions, paid_at: now },
  }
  context.store.put('invoice', paid)
  settleWithoutCharge(context, open, paid)
  return paid
}
