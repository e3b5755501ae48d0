import { type FieldErrors, type FieldName, renderField } from './field.ts'
import { type Html, html } from './markup.ts'

/** What the card form says about its fields: Stripe's sentences. */
export const cardMessages = {
  number: { incomplete: 'Your card number is incomplete.', invalid: 'Your card number is invalid.' },
  expiry: {
    incomplete: "Your card's expiration date is incomplete.",
    invalid: "Your card's expiration date is invalid.",
    past: "Your card's expiration date is in the past.",
  },
  cvc: { incomplete: "Your card's security code is incomplete." },
  name: { incomplete: 'The name on the card is missing.' },
} as const

export interface CardFieldsState {
  errors: FieldErrors
  /** Kept when the form comes back. Number, date and code are never sent back to the browser. */
  name: string
  /** Unix seconds: decides which expiry dates are past. */
  now: number
}

/** Number, expiry, security code and name. Field names are those that `readCard` reads. */
export function cardFields({ errors, name, now }: CardFieldsState): Html {
  const first = firstError(errors)
  const of = (field: FieldName) => ({ name: field, error: errors[field], isFocused: first === field })
  return html`${renderField({
    ...of('number'),
    label: 'Card number',
    placeholder: '1234 1234 1234 1234',
    inputMode: 'numeric',
    maxLength: 24,
    ...cardMessages.number,
  })}
<div class="field-row">${renderField({
    ...of('expiry'),
    label: 'Expiration date',
    placeholder: 'MM / YY',
    inputMode: 'numeric',
    maxLength: 9,
    incomplete: cardMessages.expiry.incomplete,
    invalid: cardMessages.expiry.past,
    earliest: monthOf(now),
  })}
${renderField({
  ...of('cvc'),
  label: 'Security code',
  placeholder: 'CVC',
  inputMode: 'numeric',
  maxLength: 4,
  ...cardMessages.cvc,
})}</div>
${renderField({ ...of('name'), label: 'Name on card', value: name, maxLength: 150, ...cardMessages.name })}`
}

/** The first field, from the top of the page, that has an error. */
export function firstError(errors: FieldErrors): FieldName | undefined {
  return (['amount', 'email', 'account', 'number', 'expiry', 'cvc', 'name'] as const).find(
    (field) => errors[field],
  )
}

function monthOf(now: number): string {
  return new Date(now * 1000).toISOString().slice(0, 7)
}
