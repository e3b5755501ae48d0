import { acquireLease, extendLease, type Lease, releaseLease } from '../../db/queries/leases.ts'
import { listTargets } from '../../db/queries/outbox-targets.ts'
import { countSuspects } from '../../db/queries/suspects.ts'
import { BACKFILL_LEASE } from '../../reconcile/job-lease.ts'
import { settleSuspects } from '../../reconcile/settle-suspects.ts'
import { type BackfillOptions, type BackfillResult, backfill } from '../../sync/backfill/backfill.ts'
import type { SyncContext } from '../../sync/context.ts'
import { holdingLease } from '../../sync/lease.ts'
import { OperatorError } from '../explain-failure.ts'

/** Short: after a kill -9 the next run must not wait for long. Kept while this one lives, however long Stripe lets it wait. */
const LEASE_MS = 10_000
const PATIENCE_TIMES = 30

/** How many of those that differed were fetched one by one, and how many are left. */
export interface Repairs {
  settled: number
  left: number
}

export interface RunResult extends BackfillResult {
  repaired: number
  /** Whether anybody is told of app events. Before the first start of a service nobody has said so. */
  isTold: boolean
  /** Whether anybody of them wants to know of duplicates. */
  isToldOfDuplicates: boolean
}

/** A backfill and the repair of what it suspects, by one process at a time. */
export async function runBackfill(
  context: SyncContext,
  options: Omit<BackfillOptions, 'goesOn'> & { onRepairs?(repairs: Repairs): void },
  signal: AbortSignal,
): Promise<RunResult> {
  const { db, clock } = context
  const lease = await waitForLease(context)
  const goesOn = async () => {
    if (signal.aborted) return false
    const holds = await extendLease(db.query, lease, new Date(clock.now().getTime() + LEASE_MS))
    if (!holds) throw new OperatorError('Another backfill has taken over.')
    return true
  }
  const fillAndRepair = async () => {
    const result = await backfill(context, { ...options, goesOn })
    const targets = await listTargets(db.query)
    const isToldOfDuplicates = targets.some(
      ({ types }) => types === null || types.includes('duplicate_subscription.detected'),
    )
    const isTold = targets.length > 0
    // A sync tells what it finds, once: what happened meanwhile would be told to nobody for good. The service has it done.
    if (!result.isFinished || !isTold) return { ...result, isToldOfDuplicates, isTold, repaired: 0 }
    const repaired = await settleSuspects(context, signal, async (settled) => {
      await goesOn()
      options.onRepairs?.({ settled, left: await countSuspects(db.query) })
    })
    return { ...result, isToldOfDuplicates, isTold, repaired }
  }
  try {
    return await holdingLease(context, lease, fillAndRepair, LEASE_MS)
  } finally {
    await releaseLease(db.query, lease)
  }
}

async function waitForLease({ db, clock }: SyncContext): Promise<Lease> {
  for (let time = 0; time < PATIENCE_TIMES; time++) {
    const now = clock.now()
    const lease = await acquireLease(db.query, BACKFILL_LEASE, now, new Date(now.getTime() + LEASE_MS))
    if (lease) return lease
    await clock.wait(500)
  }
  throw new OperatorError('Another backfill is under way.')
}
