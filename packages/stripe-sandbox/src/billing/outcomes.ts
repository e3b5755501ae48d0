import type { Decline } from './declines.ts'
import type { BankType } from './test-banks.ts'

/** What became of a payment at a hosted page. */
export type PaymentOutcome =
  | { outcome: 'complete' }
  /** `message` is Stripe's sentence for the buyer; the same thing can be paid again with another card. */
  | { outcome: 'declined'; message: string; code: string; declineCode: string | null }
  /** Send the buyer to the challenge page of this authentication (`pageUrls.authentication`). */
  | { outcome: 'requires_action'; authenticationId: string }
  /** There is nothing to pay (any more): no such id, already paid, expired, void. Nothing was charged. */
  | { outcome: 'closed'; reason: 'unknown' | 'complete' | 'expired' }

/** A card as typed into a form. */
export interface CardInput {
  /** Digits; spaces are allowed. */
  number: string
  expMonth: number
  /** Two or four digits. */
  expYear: number
  cvc: string
}

/** A bank account as typed into a form. */
export interface BankInput {
  type: BankType
  /** Account number, or IBAN; spaces are allowed. */
  number: string
}

/** What a page says about a refusal. */
export function declined(decline: Decline): PaymentOutcome {
  return {
    outcome: 'declined',
    message: decline.message,
    code: decline.code,
    declineCode: decline.declineCode,
  }
}
