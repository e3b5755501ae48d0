import { pruneIdempotencyKeys } from '../db/queries/idempotency-keys.ts'
import { pruneRateLimits } from '../db/queries/rate-limits.ts'
import type { SyncContext } from '../sync/context.ts'
import { createRepeat, type Repeat } from './repeat.ts'

const HOUR_MS = 60 * 60_000

/** Removes what nobody can ask for any more. */
export function createPruning(context: SyncContext): Repeat {
  return createRepeat(context, {
    name: 'pruning',
    everyMs: HOUR_MS,
    async work() {
      await pruneIdempotencyKeys(context.db.query, context.clock.now())
      await pruneRateLimits(context.db, context.clock.now())
    },
  })
}
