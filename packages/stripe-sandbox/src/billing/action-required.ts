import { StripeApiError } from '../wire/errors.ts'

/** An invoice whose payment waits for its holder's answer to a challenge. */
export function actionRequired(keepsWrites: boolean): StripeApiError {
  return new StripeApiError(
    'This payment requires additional user action before it can be completed successfully. Payment can be completed using the PaymentIntent associated with the invoice.',
    { status: 402, type: 'card_error', code: 'invoice_payment_intent_requires_action', keepsWrites },
  )
}
