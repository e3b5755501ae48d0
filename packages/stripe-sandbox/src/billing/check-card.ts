import { notSupportedYet } from '../wire/error-catalogue.ts'
import { StripeApiError } from '../wire/errors.ts'
import { type Decline, declines, unplayed } from './declines.ts'
import type { CardInput } from './outcomes.ts'
import { type TestCard, testCardByNumber } from './test-cards.ts'

/** A card whose number, date and code are well-formed. The bank has not been asked anything. */
export interface CheckedCard {
  card: TestCard
  expMonth: number
  /** Four digits. */
  expYear: number
  /** False when no security code was given. */
  hasCvc?: boolean
}

/** Checks typed card data as Stripe does before it asks the bank. */
export function checkCard(typed: CardInput, nowMs: number): CheckedCard | Decline {
  const number = typed.number.replaceAll(/[\s-]/g, '')
  if (!/^\d{12,19}$/.test(number) || !passesLuhn(number)) return declines.incorrectNumber
  if (!Number.isInteger(typed.expMonth) || typed.expMonth < 1 || typed.expMonth > 12) {
    return declines.invalidExpiryMonth
  }
  const expYear = typed.expYear < 100 ? 2000 + typed.expYear : typed.expYear
  const now = new Date(nowMs)
  const year = now.getUTCFullYear()
  if (!Number.isInteger(expYear) || expYear < year || expYear > year + 50) return declines.invalidExpiryYear
  if (expYear === year && typed.expMonth < now.getUTCMonth() + 1) return declines.invalidExpiryMonth
  const card = testCardByNumber(number)
  if (!(card?.brand === 'amex' ? /^\d{3,4}$/ : /^\d{3}$/).test(typed.cvc)) return declines.invalidCvc
  if (card === undefined) return declines.notATestCard
  if (card.notYet !== null) return unplayed(card.notYet)
  return { card, expMonth: typed.expMonth, expYear }
}

/** The same refusal as the API words it. */
export function refuseUnplayedCard(card: TestCard): void {
  if (card.notYet !== null) throw notSupportedYet(`${card.notYet} (card number ${card.number})`)
}

/** The 402 answer for a refused card. What the handler wrote (the failed charge) stays. */
export function cardError(
  decline: Decline,
  extra: Record<string, unknown> = {},
  param?: string,
  keepsWrites = true,
): StripeApiError {
  return new StripeApiError(decline.message, {
    status: 402,
    type: 'card_error',
    code: decline.code,
    ...(decline.declineCode === null ? {} : { declineCode: decline.declineCode }),
    ...(param === undefined ? {} : { param }),
    extra,
    keepsWrites,
  })
}

export function passesLuhn(number: string): boolean {
  let sum = 0
  for (const [index, digit] of [...number].reverse().entries()) {
    const value = Number(digit) * (index % 2 === 1 ? 2 : 1)
    sum += value > 9 ? value - 9 : value
  }
  return sum % 10 === 0
}
