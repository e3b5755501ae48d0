import { formatAmount, mostChargeMinor, shownDecimals } from '../../billing/currency.ts'
import type { CustomAmount } from '../../billing/custom-amount.ts'
import { firstError } from '../card-fields.ts'
import { renderField } from '../field.ts'
import { type Html, html } from '../markup.ts'
import type { CheckoutFormState } from './page.ts'
import type { CheckoutView } from './view.ts'

const empty = 'Enter an amount.'

/** Where the buyer types what he pays, with the bounds that the shop set; null where the amount is the shop's. */
export function amountField(
  { customAmount }: CheckoutView,
  { amount, errors }: Pick<CheckoutFormState, 'amount' | 'errors'>,
): Html | null {
  if (customAmount === null) return null
  const { currency } = customAmount.line
  const current = customAmount.currentMinor === null ? '' : typedAmount(customAmount.currentMinor, currency)
  return html`<h2>Your amount</h2>
<p class="muted">${boundsText(customAmount)}</p>
${renderField({
  name: 'amount',
  label: `Amount in ${currency.toUpperCase()}`,
  inputMode: 'decimal',
  maxLength: 20,
  value: amount ?? current,
  error: errors.amount,
  isFocused: firstError(errors) === 'amount',
  incomplete: empty,
})}`
}

/**
 * `25`, `25.5`, `1,000.00` in minor units, and what to say of anything else. Undefined where there is nothing to choose.
 * Whether it is within the bounds is asked where it is paid.
 */
export function readAmount(customAmount: CustomAmount | null, text: string): number | string | undefined {
  if (customAmount === null) return undefined
  if (text === '') return empty
  const { currency } = customAmount.line
  const { decimals, shown } = shownDecimals(currency)
  const [, whole = '', fraction = ''] =
    /^[^\d.,-]*((?:\d{1,3}(?:,\d{3})+)|\d{1,15})(?:\.(\d*))?$/.exec(text) ?? []
  if (whole === '' || fraction.length > shown) {
    return `Enter an amount such as ${typedAmount(customAmount.leastMinor, currency)}.`
  }
  return Number(whole.replaceAll(',', '') + fraction.padEnd(decimals, '0'))
}

/** `5.00`: an amount as somebody types it. */
function typedAmount(amountMinor: number, currency: string): string {
  const { decimals, shown } = shownDecimals(currency)
  return (amountMinor / 10 ** decimals).toFixed(shown)
}

function boundsText({ line, leastMinor, mostMinor }: CustomAmount): string {
  const text = (minor: number): string => formatAmount(minor, line.currency)
  return mostMinor < mostChargeMinor(line.currency)
    ? `Between ${text(leastMinor)} and ${text(mostMinor)}.`
    : `At least ${text(leastMinor)}.`
}
