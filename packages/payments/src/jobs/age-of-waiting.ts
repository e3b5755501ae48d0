import type { Clock } from '../domain/clock.ts'

/**
 * Keeps the age of the oldest that waits in a gauge. `look` answers when that came, or null. While the database does not say, all since the
 * last look counts as waiting: nothing is worked off then, and the alert that watches the gauge must see it grow.
 */
export function keepAgeOfWaiting(
  clock: Clock,
  gauge: { set(seconds: number): void },
): (look: () => Promise<Date | null>) => Promise<void> {
  let waitsSince = clock.now()
  return async (look) => {
    try {
      waitsSince = (await look()) ?? clock.now()
    } finally {
      gauge.set(Math.max(0, (clock.now().getTime() - waitsSince.getTime()) / 1000))
    }
  }
}
