import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { buildMandate } from '../objects/mandate.ts'

/**
 * The mandate under which a bank account is debited: the standing one of an account that is kept for later, or one for this payment
 * alone. Stores a new one.
 */
export function mandateFor(
  context: Context,
  intent: Stripe.PaymentIntent,
  paymentMethod: Stripe.PaymentMethod,
): Stripe.Mandate {
  for (const mandate of context.store.where('mandate', 'payment_method', paymentMethod.id)) {
    if (mandate.type === 'multi_use' && mandate.status === 'active') return mandate
  }
  const isKept = paymentMethod.customer !== null || intent.setup_future_usage === 'off_session'
  const mandate = buildMandate(context.ids, {
    paymentMethod,
    acceptedAt: context.clock.now(),
    origin: context.origin,
    singleUse: isKept ? null : { amount: intent.amount, currency: intent.currency },
  })
  context.store.put('mandate', mandate)
  return mandate
}
