import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { supersedeAuthentications } from './attempt-payment.ts'
import { cancelIntent } from './invoice-states.ts'
import { priceCheckout } from './price-checkout.ts'
import type { CheckoutTerms } from './records.ts'

/**
 * An open session whose discount or amount changed. Challenges that are open become worthless, and the PaymentIntent of
 * earlier attempts follows the new total.
 */
export function repriceCheckout(
  context: Context,
  session: Stripe.Checkout.Session,
  terms: CheckoutTerms,
): Stripe.Checkout.Session {
  const priced = priceCheckout(context, session, terms)
  for (const id of [terms.setupIntent, idOf(session.setup_intent)]) {
    if (id !== null) supersedeAuthentications(context, 'setup_intent', id)
  }
  const intent = context.store.get('payment_intent', terms.paymentIntent ?? '')
  if (intent === undefined) {
    context.store.put('checkout_terms', terms)
    return priced
  }
  supersedeAuthentications(context, 'payment_intent', intent.id)
  if (priced.amount_total) {
    context.store.put('payment_intent', {
      ...intent,
      amount: priced.amount_total,
      next_action: null,
      status: intent.status === 'requires_action' ? 'requires_payment_method' : intent.status,
    })
    context.store.put('checkout_terms', terms)
    return priced
  }
  // Nothing is left to pay.
  cancelIntent(context, intent, 'automatic')
  context.store.put('checkout_terms', { ...terms, paymentIntent: null })
  const freed: Stripe.Checkout.Session = { ...priced, payment_intent: null }
  context.store.put('checkout.session', freed)
  return freed
}
