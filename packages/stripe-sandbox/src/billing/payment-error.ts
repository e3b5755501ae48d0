import type Stripe from 'stripe'
import type { Decline } from './declines.ts'

/** A PaymentIntent after an attempt that failed: it waits for another payment method. */
export function withPaymentError(
  intent: Stripe.PaymentIntent,
  paymentMethod: Stripe.PaymentMethod,
  reason: Decline,
  charge: string | undefined,
): Stripe.PaymentIntent {
  return {
    ...intent,
    last_payment_error: {
      ...(charge === undefined ? {} : { charge }),
      code: reason.code,
      ...(reason.declineCode === null ? {} : { decline_code: reason.declineCode }),
      doc_url: `https://stripe.com/docs/error-codes/${reason.code.replaceAll('_', '-')}`,
      message: reason.message,
      payment_method: paymentMethod,
      type: reason.code === 'payment_intent_authentication_failure' ? 'invalid_request_error' : 'card_error',
    },
    latest_charge: charge ?? intent.latest_charge,
    next_action: null,
    payment_method: null,
    status: 'requires_payment_method',
  }
}
