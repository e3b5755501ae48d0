/** A card that plays a scene which this sandbox cannot play. */
export function unplayed(scene: string): Decline {
  return input(
    'sandbox_not_supported_yet',
    `${scene} is what this card plays at Stripe, but this sandbox does not do it yet.`,
  )
}

/** Why a bank or Stripe refuses a card: the fields of Stripe's card error. */
export interface Decline {
  code: string
  declineCode: string | null
  /** Stripe's sentence; the only error message that may be shown to a buyer as it is. */
  message: string
  /** The bank said no, Stripe's fraud rules said no before asking it, or the input was wrong. */
  by: 'bank' | 'radar' | 'input'
}

// Codes and decline codes from https://docs.stripe.com/testing and https://docs.stripe.com/declines/codes.
const bank = (code: string, declineCode: string, message: string): Decline => ({
  code,
  declineCode,
  message,
  by: 'bank',
})
const input = (code: string, message: string): Decline => ({ code, declineCode: null, message, by: 'input' })

export const declines = {
  generic: bank('card_declined', 'generic_decline', 'Your card was declined.'),
  insufficientFunds: bank('card_declined', 'insufficient_funds', 'Your card has insufficient funds.'),
  lostCard: bank('card_declined', 'lost_card', 'Your card was declined.'),
  stolenCard: bank('card_declined', 'stolen_card', 'Your card was declined.'),
  expiredCard: bank('expired_card', 'expired_card', 'Your card has expired.'),
  incorrectCvc: bank('incorrect_cvc', 'incorrect_cvc', "Your card's security code is incorrect."),
  processingError: bank(
    'processing_error',
    'processing_error',
    'An error occurred while processing your card. Try again in a little bit.',
  ),
  velocityExceeded: bank(
    'card_declined',
    'card_velocity_exceeded',
    'Your card was declined for making repeated attempts too frequently or exceeding its amount limit.',
  ),
  fraudulent: {
    code: 'card_declined',
    declineCode: 'fraudulent',
    message: 'Your card was declined.',
    by: 'radar',
  },
  authenticationRequired: bank(
    'authentication_required',
    'authentication_required',
    'Your card was declined. This transaction requires authentication.',
  ),
  notATestCard: bank(
    'card_declined',
    'test_mode_live_card',
    'Your card was declined. Your request was in test mode, but used a non test card. For a list of valid test cards, visit: https://stripe.com/docs/testing.',
  ),
  incorrectAccount: input('account_number_invalid', 'You must use a test account number.'),
  incorrectNumber: input('incorrect_number', 'Your card number is incorrect.'),
  invalidExpiryMonth: input('invalid_expiry_month', "Your card's expiration month is invalid."),
  invalidExpiryYear: input('invalid_expiry_year', "Your card's expiration year is invalid."),
  invalidCvc: input('invalid_cvc', "Your card's security code is invalid."),
  invalidEmail: input('email_invalid', 'Your email is incomplete.'),
  authenticationFailed: {
    code: 'payment_intent_authentication_failure',
    declineCode: null,
    message:
      'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
    by: 'bank',
  },
  setupAuthenticationFailed: {
    code: 'setup_intent_authentication_failure',
    declineCode: null,
    message:
      'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
    by: 'bank',
  },
} as const satisfies Record<string, Decline>
