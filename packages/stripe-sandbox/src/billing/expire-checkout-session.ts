import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { supersedeAuthentications } from './attempt-payment.ts'
import { cancelIntent } from './invoice-states.ts'

/** Ends an open session: its page can no longer take money, also not through a challenge that is still open. */
export function expireCheckoutSession(
  context: Context,
  session: Stripe.Checkout.Session,
): Stripe.Checkout.Session {
  const terms = context.store.get('checkout_terms', session.id)
  const intent = terms?.paymentIntent && context.store.get('payment_intent', terms.paymentIntent)
  const expired: Stripe.Checkout.Session = { ...session, status: 'expired', url: null }
  context.store.put('checkout.session', expired)
  if (intent) cancelIntent(context, intent, 'automatic')
  for (const id of [terms?.setupIntent, session.setup_intent]) {
    if (typeof id === 'string') supersedeAuthentications(context, 'setup_intent', id)
  }
  context.emit('checkout.session.expired', expired)
  return expired
}

/** A session as it is now: one whose time is over is expired first. */
export function currentCheckoutSession(
  context: Context,
  sessionId: string,
): Stripe.Checkout.Session | undefined {
  const session = context.store.get('checkout.session', sessionId)
  return session && isOverdue(context, session) ? expireCheckoutSession(context, session) : session
}

export function isOverdue(context: Context, session: Stripe.Checkout.Session): boolean {
  return session.status === 'open' && session.expires_at <= context.clock.now()
}
