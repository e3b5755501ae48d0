import { z } from 'zod'
import { askPastDueOwners } from '../db/queries/access.ts'
import { readCursor, writeCursor } from '../db/queries/cursors.ts'
import { inTransaction } from '../db/transaction.ts'
import type { SyncContext } from '../sync/context.ts'
import { createRepeat, type Repeat } from './repeat.ts'

const CURSOR = 'policy'
const known = z.object({ pastDueGraceDays: z.number() })
/** Replicas that still have the old policy are gone by then: one of them would look, and find that nothing has changed. */
const ROLLED_OUT_MS = 60_000

/** Another grace changes what those may use who are past due, with no news of them and at no time that was foreseen: they are looked at. */
export function createPolicyAtStart(context: SyncContext): Repeat {
  return createRepeat(context, {
    name: 'policy at start',
    everyMs: null,
    work: () => noticePolicy(context),
  })
}

export async function noticePolicy({ db, clock, log, policy }: SyncContext): Promise<void> {
  const now = clock.now()
  const { pastDueGraceDays } = policy
  const asked = await inTransaction(db, async (tx) => {
    const before = known.safeParse(await readCursor(tx, CURSOR))
    if (before.data?.pastDueGraceDays === pastDueGraceDays) return 0
    await writeCursor(tx, CURSOR, { pastDueGraceDays }, now)
    return before.success ? await askPastDueOwners(tx, new Date(now.getTime() + ROLLED_OUT_MS)) : 0
  })
  if (asked > 0)
    log.info({ pastDueGraceDays, owners: asked }, 'The grace is another one: who is past due is looked at')
}
