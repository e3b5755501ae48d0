import type Stripe from 'stripe'
import { paymentOfIntent } from '../billing/invoice-states.ts'
import type { Context } from '../context.ts'
import { StripeApiError } from '../wire/errors.ts'

/** A call that the intent's status does not allow. */
export function unexpectedState(intent: Stripe.PaymentIntent, message: string): StripeApiError {
  return new StripeApiError(message, {
    code: 'payment_intent_unexpected_state',
    extra: { payment_intent: intent },
  })
}

/** A Checkout session's intent is only moved by its session; an invoice's can be confirmed, but is ended by voiding the invoice. */
export function checkNotOwned(
  context: Context,
  intent: Stripe.PaymentIntent,
  verb: 'confirm' | 'cancel' | 'update',
): void {
  for (const terms of context.store.all('checkout_terms')) {
    if (terms.paymentIntent === intent.id) {
      throw unexpectedState(
        intent,
        `You cannot ${verb} this PaymentIntent because it belongs to a Checkout Session. Expire the session instead.`,
      )
    }
  }
  if (verb === 'cancel' && paymentOfIntent(context, intent.id)) {
    throw unexpectedState(
      intent,
      'You cannot cancel this PaymentIntent because it belongs to an invoice. Void the invoice instead.',
    )
  }
}
