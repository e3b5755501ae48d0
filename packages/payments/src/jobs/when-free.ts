import { isLockTimeout } from '../db/errors.ts'
import type { SyncContext } from '../sync/context.ts'

const MOST_TRIES = 20
const BETWEEN_TRIES_MS = 500

/** Changes the weeks of a table. Somebody may read it for longer than writers may wait behind us: a dump, for example. */
export async function whenFree<T>(
  { clock }: Pick<SyncContext, 'clock'>,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (!isLockTimeout(error) || tries >= MOST_TRIES || signal.aborted) throw error
      await clock.wait(BETWEEN_TRIES_MS, signal)
    }
  }
}
