import { endImpossibleWaits } from '../db/queries/impossible-waits.ts'
import type { SyncContext } from '../sync/context.ts'
import { createRepeat, type Repeat } from './repeat.ts'

const EVERY_MS = 10_000
const JUMP_MS = 30_000

/**
 * What waits was given a time by some process's clock. Where that was ahead (a machine that starts with a wrong time, and is set right a minute later)
 * it would wait for as long as that: such waits are ended at a start, because whoever set them may be gone, and when our own time of day
 * falls behind the time that has passed.
 */
export function createClockWatch(context: Pick<SyncContext, 'db' | 'clock' | 'log'>): Repeat {
  const { db, clock, log } = context
  /** Of the time of day, against what has passed. */
  let aheadMs: number | null = null
  return createRepeat(context, {
    name: 'clock watch',
    everyMs: EVERY_MS,
    async work() {
      const now = clock.now()
      const nowAheadMs = now.getTime() - clock.elapsedMs()
      if (aheadMs === null || nowAheadMs < aheadMs - JUMP_MS) {
        const ended = await endImpossibleWaits(db.query, now)
        if (ended > 0) log.warn({ ended }, 'A clock was ahead: what it made wait goes on')
      }
      aheadMs = nowAheadMs
    },
  })
}
