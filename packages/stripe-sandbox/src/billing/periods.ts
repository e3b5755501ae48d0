import type Stripe from 'stripe'

/** How often something is billed. */
export interface Cadence {
  interval: Stripe.Price.Recurring.Interval
  intervalCount: number
}

/**
 * The moment `count` cadences after an anchor. Months and years keep the anchor's day, or take the month's last day where it
 * has none (31 January + 1 month = 28 February), counted from the anchor each time so that March has a 31st again.
 * @param anchor Unix seconds. @returns Unix seconds.
 */
export function addCadence(anchor: number, cadence: Cadence, count = 1): number {
  const amount = cadence.intervalCount * count
  switch (cadence.interval) {
    case 'day':
      return anchor + amount * 86_400
    case 'week':
      return anchor + amount * 7 * 86_400
    case 'month':
      return addMonths(anchor, amount)
    case 'year':
      return addMonths(anchor, amount * 12)
    default:
      throw new Error(`unknown billing interval ${cadence.interval}`)
  }
}

/** The end of the period that begins at `start`, on the grid of the anchor. All in Unix seconds. */
export function periodEnd(anchor: number, start: number, cadence: Cadence): number {
  let count = 1
  while (addCadence(anchor, cadence, count) <= start) count++
  return addCadence(anchor, cadence, count)
}

function addMonths(anchor: number, months: number): number {
  const from = new Date(anchor * 1000)
  const monthIndex = from.getUTCMonth() + months
  const lastDay = new Date(Date.UTC(from.getUTCFullYear(), monthIndex + 1, 0)).getUTCDate()
  const to = Date.UTC(
    from.getUTCFullYear(),
    monthIndex,
    Math.min(from.getUTCDate(), lastDay),
    from.getUTCHours(),
    from.getUTCMinutes(),
    from.getUTCSeconds(),
  )
  return to / 1000
}
