/** Events are given up after this many failures: about 18 minutes after the first. */
export const MOST_ATTEMPTS = 12

const FIRST_MS = 1_000
const LONGEST_MS = 5 * 60_000
const SPREAD = 0.25
/** No wait is longer. */
export const LONGEST_WAIT_MS = LONGEST_MS * (1 + SPREAD)

/**
 * How long an event waits after its n-th failure (n from 1): 1 s, 2 s, 4 s, … 5 min, each spread by a quarter either way, so that what
 * failed together does not come back together.
 * @param random 0 ≤ random < 1
 */
export function backoffMs(failures: number, random: number): number {
  const base = Math.min(FIRST_MS * 2 ** (failures - 1), LONGEST_MS)
  return Math.round(base * (1 - SPREAD + 2 * SPREAD * random))
}
