import type Stripe from 'stripe'
import { formatAmount } from '../../billing/currency.ts'
import { type Html, html } from '../markup.ts'
import { paths } from '../paths.ts'
import type { CheckoutDiscount, CheckoutView } from './view.ts'

/** What stands in the field for a promotion code, and what is wrong with it. */
export interface TypedCode {
  text: string
  error: string | null
}

export const untyped: TypedCode = { text: '', error: null }

export const emptyCode = 'Enter a promotion code.'

/**
 * The field for a promotion code, or the way to take a code off again. Forms of their own, so that they work without scripts:
 * what was typed into the card's form does not travel with them.
 */
export function promotionCode(
  { session, discount, takesCodes }: CheckoutView,
  { text, error }: TypedCode,
): Html | null {
  if (!takesCodes) return null
  if (discount) {
    return html`<form class="promotion" method="post" action="${paths.promotionCode(session.id, 'remove')}">
<button class="link-button" type="submit">Remove ${discount.label}</button></form>`
  }
  return html`<form class="promotion" method="post" action="${paths.promotionCode(session.id, 'apply')}">
<div class="field">
<label for="field-promotion-code">Promotion code</label>
<div class="promotion-row">
<input id="field-promotion-code" name="promotion_code" value="${text}" maxlength="500" autocomplete="off" autocapitalize="characters" spellcheck="false"
 aria-describedby="field-promotion-code-error"${error ? html` aria-invalid="true" autofocus` : null}>
<button class="button quiet" type="submit">Apply</button>
</div>
<p class="error" id="field-promotion-code-error" aria-live="polite">${error}</p>
</div>
</form>`
}

/** `SAVE10` with what it means below it. */
export function discountLabel({ label, coupon }: CheckoutDiscount): Html {
  return html`${label}<small>${couponText(coupon)}</small>`
}

/** `20% off for 3 months`, `$5.00 off once`, `10% off forever`. */
export function couponText(coupon: Stripe.Coupon): string {
  const off =
    coupon.percent_off === null
      ? formatAmount(coupon.amount_off ?? 0, coupon.currency ?? 'usd')
      : `${coupon.percent_off}%`
  switch (coupon.duration) {
    case 'once':
      return `${off} off`
    case 'forever':
      return `${off} off forever`
    default: {
      const months = coupon.duration_in_months ?? 1
      return `${off} off for ${months === 1 ? '1 month' : `${months} months`}`
    }
  }
}
