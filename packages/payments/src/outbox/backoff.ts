/** A delivery is given up after this many failures: about three days after the first, which is what Stripe gives its own. */
export const MOST_ATTEMPTS = 23

const FIRST_MS = 5_000
const LONGEST_MS = 6 * 60 * 60_000

/** An endpoint that asks for longer is tried again by then all the same: nobody waits for ever because of a slip of the pen. */
const LONGEST_ASKED_MS = LONGEST_MS

/**
 * How long an owner's queue waits after the n-th failure of its first event (n from 1): 5 s, 10 s, 20 s, … 6 h, each spread by a quarter
 * either way, so that what failed together does not come back together.
 * @param random 0 ≤ random < 1
 */
export function deliveryBackoffMs(failures: number, random: number): number {
  const base = Math.min(FIRST_MS * 2 ** (failures - 1), LONGEST_MS)
  return Math.round(base * (0.75 + random / 2))
}

/**
 * The same for an endpoint that said how long (null: it did not). Never sooner than the schedule has it: the attempts are counted, and an
 * endpoint that asks for a second each time would use them up within a minute.
 */
export function askedBackoffMs(failures: number, random: number, askedMs: number | null): number {
  return Math.max(deliveryBackoffMs(failures, random), Math.min(askedMs ?? 0, LONGEST_ASKED_MS))
}
