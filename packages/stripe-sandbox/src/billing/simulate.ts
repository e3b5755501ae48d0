import { frozenClock } from '../clock.ts'
import type { Context } from '../context.ts'

/**
 * What would come of some work at a moment: it is done for real, unannounced, in a transaction that is taken back. So a
 * preview cannot differ from what then happens.
 */
export function simulate<R>(context: Context, at: number, work: (simulated: Context) => R): R {
  const outcome: { result?: R } = {}
  const takeBack = new Error('a simulation is taken back')
  try {
    context.store.transaction(() => {
      outcome.result = work({ ...context, clock: frozenClock(at), emit: () => undefined })
      throw takeBack
    })
  } catch (error) {
    if (error !== takeBack) throw error
  }
  // The work has returned: otherwise its own error was thrown.
  return outcome.result as R
}
