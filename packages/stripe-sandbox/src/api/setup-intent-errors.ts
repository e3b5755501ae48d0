import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { StripeApiError } from '../wire/errors.ts'

/** A call that the intent's status does not allow. */
export function unexpectedSetupState(intent: Stripe.SetupIntent, message: string): StripeApiError {
  return new StripeApiError(message, {
    code: 'setup_intent_unexpected_state',
    extra: { setup_intent: intent },
  })
}

/** A Checkout session's intent is moved by its session alone. */
export function checkNotOfCheckout(
  context: Context,
  intent: Stripe.SetupIntent,
  verb: 'confirm' | 'cancel' | 'update',
): void {
  const isOfSession = [...context.store.all('checkout.session')].some(
    (session) => session.setup_intent === intent.id,
  )
  const isOfTerms = [...context.store.all('checkout_terms')].some((terms) => terms.setupIntent === intent.id)
  if (!isOfSession && !isOfTerms) return
  throw unexpectedSetupState(
    intent,
    `You cannot ${verb} this SetupIntent because it belongs to a Checkout Session. Expire the session instead.`,
  )
}
