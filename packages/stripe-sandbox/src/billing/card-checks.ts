import type Stripe from 'stripe'
import type { Decline } from './declines.ts'
import { type TestCard, testCardByFingerprint } from './test-cards.ts'

/** What the bank says of the code and the address that came with a card; null for what did not come. */
export function cardChecks(paymentMethod: Stripe.PaymentMethod): Stripe.PaymentMethod.Card.Checks {
  const checks = testCardByFingerprint(paymentMethod.card?.fingerprint ?? '')?.checks
  const { address } = paymentMethod.billing_details
  return {
    address_line1_check: address?.line1 ? (checks?.line1 ?? 'pass') : null,
    address_postal_code_check: address?.postal_code ? (checks?.postalCode ?? 'pass') : null,
    cvc_check: hasCode(paymentMethod) ? (checks?.cvc ?? 'pass') : null,
  }
}

/** What the bank says to a charge. It cannot find a code incorrect that was never given. */
export function declineOf(card: TestCard, paymentMethod: Stripe.PaymentMethod): Decline | null {
  return card.decline?.code === 'incorrect_cvc' && !hasCode(paymentMethod) ? null : card.decline
}

function hasCode({ card }: Stripe.PaymentMethod): boolean {
  return card?.checks?.cvc_check != null
}
