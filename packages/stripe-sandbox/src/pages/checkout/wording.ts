import type Stripe from 'stripe'
import { formatAmount } from '../../billing/currency.ts'
import { isMetered } from '../../billing/usage/metered.ts'
import { formatDate } from '../dates.ts'
import { cadenceText, priceText } from '../price-text.ts'
import type { CheckoutLine, CheckoutView } from './view.ts'

export interface Heading {
  /** `Subscribe to Team`. */
  title: string
  /** The large figure: `$29.00`, `14 days free`; null when there is nothing to pay. */
  figure: string | null
  /** Beside the figure, small: `per month`. */
  cadence: string | null
  /** Below it: `Then $29.00 per month`. */
  after: string | null
}

/** What a session sells, in the words of its mode. */
export function headingOf(view: CheckoutView): Heading {
  const { session, lines } = view
  const names = lines.map(nameOf)
  const what = names.length === 1 ? names[0] : undefined
  if (session.mode === 'setup') {
    return { title: `Save a ${savedNoun(session)} for later`, figure: null, cadence: null, after: null }
  }
  const figure = view.customAmount ? null : totalText(session)
  if (session.mode === 'payment') {
    return { title: what ? `Pay for ${what}` : 'Pay', figure, cadence: null, after: null }
  }
  const trial = trialText(view)
  const recurring = lines.filter(({ item }) => item.price?.recurring)
  if (trial) {
    return {
      title: what ? `Try ${what}` : 'Start a free trial',
      figure: trial,
      cadence: null,
      after: recurring.length === 1 && recurring[0] ? `Then ${linePriceText(recurring[0])}` : null,
    }
  }
  const [only] = lines
  if (lines.length === 1 && only?.item.price && isMetered(only.item.price)) {
    return { title: `Subscribe to ${nameOf(only)}`, figure: null, cadence: null, after: linePriceText(only) }
  }
  const cadence = lines.length === 1 ? lines[0]?.item.price?.recurring : null
  const later = lines.length === 1 && lines[0] ? laterText(view, lines[0]) : null
  if (later) {
    return { title: what ? `Subscribe to ${what}` : 'Subscribe', figure, cadence: 'today', after: later }
  }
  return {
    title: what ? `Subscribe to ${what}` : 'Subscribe',
    figure,
    cadence: cadence ? cadenceText(cadence) : null,
    after: lines.length > 1 ? 'due today' : null,
  }
}

/** What a discounted plan costs when the discount is over; null when there is none, or it never is. */
function laterText({ discount }: CheckoutView, line: CheckoutLine): string | null {
  switch (discount?.coupon.duration) {
    case 'once':
      return `Then ${linePriceText(line)}`
    case 'repeating': {
      const months = discount.coupon.duration_in_months ?? 1
      return `${months === 1 ? 'For 1 month' : `For ${months} months`}, then ${linePriceText(line)}`
    }
    default:
      return null
  }
}

/** What the Pay button says. */
export function buttonText(view: CheckoutView): string {
  const { session } = view
  if (session.mode === 'setup') return `Save ${savedNoun(session)}`
  if (session.mode === 'subscription') return trialText(view) ? 'Start trial' : 'Subscribe'
  // The field may hold another amount than the session.
  const total = view.customAmount ? '' : ` ${totalText(session)}`
  if (session.submit_type === 'book') return `Book${total}`
  if (session.submit_type === 'donate') return `Donate${total}`
  return `Pay${total}`
}

/** What a session in setup mode saves: `card`, or `payment method` where it may be something else. */
export function savedNoun({ payment_method_types: types }: Stripe.Checkout.Session): string {
  return types.every((type) => type === 'card') ? 'card' : 'payment method'
}

export function nameOf({ item, product }: CheckoutLine): string {
  return product?.name ?? item.description ?? 'Item'
}

/** `$29.00 per month`, for all pieces of the line together, before discounts and taxes. */
export function linePriceText({ item }: CheckoutLine): string {
  if (item.price && isMetered(item.price)) return priceText(item.price)
  const amount = formatAmount(item.amount_subtotal, item.currency)
  return item.price?.recurring ? `${amount} ${cadenceText(item.price.recurring)}` : amount
}

export function totalText(session: Stripe.Checkout.Session): string {
  return formatAmount(session.amount_total ?? 0, session.currency ?? 'usd')
}

/** `14 days free`; null when the buyer pays from the first day. */
export function trialText({ terms }: CheckoutView): string | null {
  const days = terms?.subscription?.trialPeriodDays
  if (days) return days === 1 ? '1 day free' : `${days} days free`
  const end = terms?.subscription?.trialEnd
  return end ? `Free until ${formatDate(end)}` : null
}
