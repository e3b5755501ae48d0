import type Stripe from 'stripe'
import { formatAmount } from '../../billing/currency.ts'

/** `20% off for 3 months`, `$5.00 off once`, `10% off`. */
export function couponText({
  percent_off: percent,
  amount_off: amountMinor,
  currency,
  ...coupon
}: Stripe.Coupon): string {
  const off = percent === null ? formatAmount(amountMinor ?? 0, currency ?? 'usd') : `${percent}%`
  switch (coupon.duration) {
    case 'once':
      return `${off} off once`
    case 'repeating': {
      const months = coupon.duration_in_months ?? 1
      return `${off} off for ${months === 1 ? 'a month' : `${months} months`}`
    }
    default:
      return `${off} off`
  }
}
