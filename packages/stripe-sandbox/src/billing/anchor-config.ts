import type Stripe from 'stripe'
import type { Cadence } from './periods.ts'

/** A day (and time, and month) on which periods begin. The time is UTC; what is null is that of the subscription's beginning. */
export type AnchorConfig = Stripe.Subscription.BillingCycleAnchorConfig

/**
 * The next moment after `now` that the configuration names: its day, or the last one of a shorter month. Unix seconds.
 */
export function nextAnchor(config: AnchorConfig, now: number): number {
  for (let ahead = 0; ; ahead += 1) {
    const at = momentIn(config, now, ahead)
    if (at !== null && at > now) return at
  }
}

/** A 29 February comes every four years. */
const longestSearchMonths = 48

/**
 * The moment from which the grid of periods counts: the anchor, or an earlier one on the same grid that has the configured day. So
 * an anchor of 28 February for the 31st is followed by 31 March. Unix seconds.
 */
export function gridAnchor(anchor: number, config: AnchorConfig | null, cadence: Cadence): number {
  const step = monthsOf(cadence)
  const day = new Date(anchor * 1000).getUTCDate()
  if (config === null || step === null || config.day_of_month <= day) return anchor
  const from = new Date(anchor * 1000)
  for (let back = step; back <= longestSearchMonths; back += step) {
    const month = from.getUTCMonth() - back
    if (daysIn(from.getUTCFullYear(), month) >= config.day_of_month) {
      return at(from, from.getUTCFullYear(), month, config.day_of_month)
    }
  }
  return anchor
}

function momentIn(config: AnchorConfig, now: number, monthsAhead: number): number | null {
  const today = new Date(now * 1000)
  const first = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + monthsAhead, 1))
  if (config.month !== null && first.getUTCMonth() !== config.month - 1) return null
  const year = first.getUTCFullYear()
  const month = first.getUTCMonth()
  const time = new Date(now * 1000)
  time.setUTCHours(
    config.hour ?? time.getUTCHours(),
    config.minute ?? time.getUTCMinutes(),
    config.second ?? time.getUTCSeconds(),
    0,
  )
  return at(time, year, month, Math.min(config.day_of_month, daysIn(year, month)))
}

/** That day, at the time of day of `time`. */
function at(time: Date, year: number, month: number, day: number): number {
  const hour = time.getUTCHours()
  return Date.UTC(year, month, day, hour, time.getUTCMinutes(), time.getUTCSeconds()) / 1000
}

function monthsOf({ interval, intervalCount }: Cadence): number | null {
  if (interval === 'month') return intervalCount
  return interval === 'year' ? intervalCount * 12 : null
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
}
