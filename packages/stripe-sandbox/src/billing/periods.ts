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
  return addCadence(anchor, cadence, cadencesUntil(anchor, start, cadence) + 1)
}

/** The period of the anchor's grid in which a moment lies. All in Unix seconds. */
export function periodAt(anchor: number, at: number, cadence: Cadence): { start: number; end: number } {
  const count = cadencesUntil(anchor, at, cadence)
  return { start: addCadence(anchor, cadence, count), end: addCadence(anchor, cadence, count + 1) }
}

/** How many whole cadences lie between the anchor and a moment; negative before it. */
function cadencesUntil(anchor: number, at: number, cadence: Cadence): number {
  let count = Math.floor((at - anchor) / longestSeconds(cadence))
  while (addCadence(anchor, cadence, count) > at) count--
  while (addCadence(anchor, cadence, count + 1) <= at) count++
  return count
}

const longestDays: Readonly<Record<string, number>> = { day: 1, week: 7, month: 31, year: 366 }

/** A first guess that needs at most a few steps of correction. */
function longestSeconds({ interval, intervalCount }: Cadence): number {
  const days = longestDays[interval] ?? 1
  return days * intervalCount * 86_400
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
