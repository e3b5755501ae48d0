import { z } from 'zod'
import type { Executor } from '../db/connect.ts'
import { readCursor, writeCursor } from '../db/queries/cursors.ts'
import type { SyncContext } from '../sync/context.ts'

const CURSOR = 'sweep'

/** By how much the clocks of replicas may differ. */
const CLOCKS_APART_MS = 60_000

const positionSchema = z.object({
  /** Index in SWEEP_PARTS; behind the last: finished. */
  part: z.int(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
  /** Last id of the page before. */
  after: z.string().nullable(),
  /** Rows up to this time are still to be judged as missing; Unix seconds. */
  unjudged: z.number(),
  /** Listed ids that the next page's judgement needs: those close to the page's end. */
  recent: z.array(z.object({ id: z.string(), created: z.number() })),
  /** Names of the parts that the key may not read. A release before this one writes none. */
  leftOut: z.array(z.string()).default([]),
})

/** How far a sweep has come, as whoever goes on with it finds it. */
export type Position = z.infer<typeof positionSchema>

/** Where to go on, or a new beginning; null when the last sweep is not old enough. */
export async function findPosition(context: SyncContext, everyMs: number): Promise<Position | null> {
  const now = context.clock.now()
  const known = positionSchema.safeParse(await readCursor(context.db.query, CURSOR))
  if (!known.success) return beginning(now)
  const { finishedAt } = known.data
  if (finishedAt === null) return known.data
  const agoMs = now.getTime() - new Date(finishedAt).getTime()
  if (agoMs < -CLOCKS_APART_MS) {
    // By a clock that was wrong: when it really was, nobody knows.
    context.metrics.sweepFinishedAt.set(0)
    return beginning(now)
  }
  reportFinished(context, known.data)
  return agoMs >= everyMs ? beginning(now) : null
}

export async function savePosition(executor: Executor, position: Position, now: Date): Promise<void> {
  await writeCursor(executor, CURSOR, position, now)
}

/** Only a whole sweep counts. */
export function reportFinished({ metrics }: SyncContext, { finishedAt, leftOut }: Position): void {
  if (finishedAt === null || leftOut.length > 0) return
  metrics.sweepFinishedAt.set(new Date(finishedAt).getTime() / 1000)
}

/** What is made after the beginning may be missing from the list for no reason. */
export function partBeginning(now: Date): Pick<Position, 'after' | 'unjudged' | 'recent'> {
  return { after: null, unjudged: Math.floor(now.getTime() / 1000) - 60, recent: [] }
}

function beginning(now: Date): Position {
  return { part: 0, startedAt: now.toISOString(), finishedAt: null, leftOut: [], ...partBeginning(now) }
}
