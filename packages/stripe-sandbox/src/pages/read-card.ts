import { passesLuhn } from '../billing/check-card.ts'
import type { CardInput, PaymentOutcome } from '../billing/outcomes.ts'
import { cardMessages } from './card-fields.ts'
import type { FieldErrors, FieldName } from './field.ts'
import { textOf } from './form.ts'

export interface CardForm {
  card: CardInput
  name: string
}

/**
 * Reads the card fields of a posted form, or says what is wrong with each, before anything is asked of the bank.
 * Accepts an expiry as `MM / YY`, `MM/YYYY` or `MMYY`. @param now Unix seconds.
 */
export function readCard(form: URLSearchParams, now: number): { read: CardForm } | { errors: FieldErrors } {
  const number = textOf(form, 'number').replaceAll(/[\s-]/g, '')
  const cvc = textOf(form, 'cvc')
  const name = textOf(form, 'name')
  const expiry = readExpiry(textOf(form, 'expiry'), now)
  const errors: FieldErrors = {}
  const numberError = checkNumber(number)
  if (numberError) errors.number = numberError
  if (typeof expiry === 'string') errors.expiry = expiry
  if (!(/^3[47]/.test(number) ? /^\d{4}$/ : /^\d{3,4}$/).test(cvc)) errors.cvc = cardMessages.cvc.incomplete
  if (name === '') errors.name = cardMessages.name.incomplete
  if (typeof expiry === 'string' || Object.keys(errors).length > 0) return { errors }
  return { read: { card: { number, cvc, ...expiry }, name } }
}

/** Puts the bank's refusal at the field that it is about. */
export function declineErrors(outcome: Extract<PaymentOutcome, { outcome: 'declined' }>): FieldErrors {
  return { [declinedFields[outcome.code] ?? 'number']: outcome.message }
}

const declinedFields: Record<string, FieldName> = {
  account_number_invalid: 'account',
  amount_too_large: 'amount',
  amount_too_small: 'amount',
  email_invalid: 'email',
  expired_card: 'expiry',
  invalid_expiry_month: 'expiry',
  invalid_expiry_year: 'expiry',
  incorrect_cvc: 'cvc',
  invalid_cvc: 'cvc',
}

function checkNumber(number: string): string | undefined {
  const length = /^3[47]/.test(number) ? 15 : /^3(?:0|6|8|9)/.test(number) ? 14 : 16
  if (!/^\d*$/.test(number)) return cardMessages.number.invalid
  if (number.length < length) return cardMessages.number.incomplete
  return passesLuhn(number) && number.length <= 19 ? undefined : cardMessages.number.invalid
}

function readExpiry(text: string, now: number): { expMonth: number; expYear: number } | string {
  const parts = /^(\d{1,2})\s*\/\s*(\d{2}|\d{4})$/.exec(text) ?? /^(\d{2})(\d{2})$/.exec(text)
  if (!parts) return cardMessages.expiry.incomplete
  const expMonth = Number(parts[1])
  const year = Number(parts[2])
  const expYear = year < 100 ? 2000 + year : year
  if (expMonth < 1 || expMonth > 12) return cardMessages.expiry.invalid
  const today = new Date(now * 1000)
  const thisMonth = today.getUTCFullYear() * 12 + today.getUTCMonth()
  return expYear * 12 + expMonth - 1 < thisMonth ? cardMessages.expiry.past : { expMonth, expYear }
}
