import type { Database } from './connect.ts'
import { slowDownCalls, takeCalls } from './queries/call-budget.ts'

/** The bucket of calls to Stripe that all replicas of a database share, filling by `callsPerSecond`. */
export function createCallBucket(db: Database, callsPerSecond: number) {
  return {
    take: (wanted: { people: number; background: number }) => takeCalls(db, wanted, callsPerSecond),
    slowDown: (pauseMs: number) => slowDownCalls(db, pauseMs),
  }
}
