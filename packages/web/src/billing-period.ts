/** Behind an amount: `per month`, `every 3 months`. The API gives no count where it is one. */
export function perPeriod(interval: string, count: number | null): string {
  return isSeveral(count) ? everyPeriod(interval, count) : `per ${interval}`
}

/** `every month`, `every 3 months`. */
export function everyPeriod(interval: string, count: number | null): string {
  return isSeveral(count) ? `every ${count} ${interval}s` : `every ${interval}`
}

/** How many whole months a period has; null for days and weeks, which months do not divide into. */
export function monthsOf(interval: string, count: number | null): number | null {
  if (interval === 'month') return count ?? 1
  return interval === 'year' ? (count ?? 1) * 12 : null
}

function isSeveral(count: number | null): count is number {
  return count !== null && count > 1
}
