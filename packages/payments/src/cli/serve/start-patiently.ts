import { isDatabaseUnavailable } from '../../db/errors.ts'
import { systemClock } from '../../domain/clock.ts'
import type { Logger, Payments } from '../../index.ts'

const LONGEST_WAIT_MS = 15_000

/**
 * Starts the jobs as soon as the database can be reached. Until then the process lives, answers 503 and tries again: a database
 * that starts later than the service, or restarts, needs nobody's help. What waiting cannot mend is thrown.
 */
export async function startPatiently(payments: Payments, log: Logger, signal: AbortSignal): Promise<void> {
  for (let waitMs = 500; !signal.aborted; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    try {
      await payments.start()
      return
    } catch (error) {
      if (!isDatabaseUnavailable(error)) throw error
      log.warn({ err: error, waitMs }, 'the database cannot be reached yet')
    }
    await systemClock.wait(waitMs, signal)
  }
}
