/** The contract's `interval`, and of how many it is where that is more than the one that the contract speaks of. */
export function presentInterval<T extends string | null>(interval: T, count: number | null) {
  return { interval, ...(count !== null && count > 1 && { interval_count: count }) }
}
