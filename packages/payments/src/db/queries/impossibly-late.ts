/**
 * What is held, or waits, for `until` at most (a lease, a claim, a lock, a look) is beyond this time only by a clock that was wrong, and binds nobody.
 * Our clocks may differ by as long as it lasts.
 */
export function impossiblyLate(now: Date, until: Date): Date {
  return new Date(until.getTime() + (until.getTime() - now.getTime()))
}
