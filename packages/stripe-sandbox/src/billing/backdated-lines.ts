import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { type Cadence, periodAt } from './periods.ts'
import { remainingShare } from './unused-time.ts'

/** One period, and how much of it belongs to a subscription. Unix seconds. */
interface ElapsedPeriod {
  whole: Stripe.InvoiceLineItem.Period
  billed: Stripe.InvoiceLineItem.Period
}

/**
 * The periods of a grid between a start in the past and a moment, oldest first. Flexible billing mode bills each by itself
 * (https://docs.stripe.com/billing/subscriptions/backdating); the first one may be a part.
 */
export function elapsedPeriods(
  grid: number,
  cadence: Cadence,
  { from, until }: { from: number; until: number },
): ElapsedPeriod[] {
  const periods: ElapsedPeriod[] = []
  for (let start = from; start < until; ) {
    const whole = periodAt(grid, start, cadence)
    const end = Math.min(whole.end, until)
    periods.push({ whole, billed: { start, end } })
    start = end
  }
  return periods
}

/** The lines of elapsed periods; `lineOf` makes that of a whole one. */
export function backdatedLines(
  periods: readonly ElapsedPeriod[],
  lineOf: (period: Stripe.InvoiceLineItem.Period) => Stripe.InvoiceLineItem,
): Stripe.InvoiceLineItem[] {
  return periods.map(({ whole, billed }) => {
    const line = lineOf(billed)
    const amount = remainingShare(line.amount, whole, billed.start)
    return { ...line, amount, subtotal: amount }
  })
}

/**
 * Classic billing mode bills what has elapsed on one line: whole periods of an imagined grid that begins where the subscription
 * did, and the share of the last one (the same page).
 */
export function classicLine(
  cadence: Cadence,
  { from, until }: { from: number; until: number },
  lineOf: (period: Stripe.InvoiceLineItem.Period) => Stripe.InvoiceLineItem,
): Stripe.InvoiceLineItem {
  const line = lineOf({ start: from, end: until })
  const amount = elapsedPeriods(from, cadence, { from, until })
    .map(({ whole, billed }) => line.amount - remainingShare(line.amount, whole, billed.end))
    .reduce((sum, each) => sum + each, 0)
  return { ...line, amount, subtotal: amount }
}

/** When a subscription that is made now began, unix seconds: now, unless it is backdated. */
export function beganAt({ clock }: Context, start: { backdatedTo?: number | null }): number {
  return start.backdatedTo ?? clock.now()
}
