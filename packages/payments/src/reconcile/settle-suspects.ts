import type { Tx } from '../db/connect.ts'
import { isDatabaseUnavailable } from '../db/errors.ts'
import { hasPendingEvents } from '../db/queries/events.ts'
import { type Lease, StaleLease } from '../db/queries/leases.ts'
import { findDueSuspects, postponeSuspects, removeSuspects } from '../db/queries/suspects.ts'
import { CATALOGUE_GROUP, type Doorbell, unaddressedGroup } from '../domain/doorbell.ts'
import { isStripeOutage, mayBeOfOneObject } from '../stripe/errors.ts'
import { syncCatalogueItems } from '../sync/catalogue.ts'
import type { SyncContext } from '../sync/context.ts'
import { giveLeaseBack, takeLease } from '../sync/lease.ts'
import { resolveOwner } from '../sync/resolve-customer.ts'
import { syncGroup } from '../sync/sync-group.ts'

/** Customers at a time: each of them waits for Stripe nearly all of its time. */
const LANES = 4
const LATER_MS = 30_000
const AFTER_FAILURE_MS = 10 * 60_000

/**
 * Asks Stripe for each suspect that is due by its id, under the lease of its customer or of the catalogue, and records what that changes
 * as drift. Where events wait they go first: what those bring was not missed. One that cannot be synced is let go with a
 * line in the log; the next sweep suspects it again. One at which Stripe fails waits. Returns how many were asked for;
 * the first outage ends them all.
 */
export async function settleSuspects(
  context: SyncContext,
  signal: AbortSignal,
  onSettled: (settled: number) => Promise<void> = async () => undefined,
): Promise<number> {
  const inHand = new Set<string>()
  let settled = 0
  let isStopped = false

  async function lane(): Promise<void> {
    while (!signal.aborted && !isStopped) {
      const due = await findDueSuspects(context.db.query, context.clock.now(), [...inHand])
      if (!due) return
      const { stripeCustomerId, doorbells } = due
      // Another lane has asked at the same moment.
      if (inHand.has(stripeCustomerId)) continue
      inHand.add(stripeCustomerId)
      try {
        const outcome = await settle(context, stripeCustomerId, doorbells)
        if (outcome === 'busy') await postponeSuspects(context.db.query, doorbells, later(context, LATER_MS))
        else settled += doorbells.length
        await onSettled(settled)
      } catch (error) {
        isStopped = true
        throw error
      } finally {
        inHand.delete(stripeCustomerId)
      }
    }
  }

  const results = await Promise.allSettled(Array.from({ length: LANES }, lane))
  for (const result of results) if (result.status === 'rejected') throw result.reason
  return settled
}

async function settle(
  context: SyncContext,
  stripeCustomerId: string,
  doorbells: readonly Doorbell[],
): Promise<'settled' | 'busy'> {
  // What names no customer (a dispute, a thin event) waits in a group of its own.
  const groups = [stripeCustomerId, ...doorbells.map(unaddressedGroup)]
  if (await hasPendingEvents(context.db.query, groups)) return 'busy'
  const lease = await takeLease(context, stripeCustomerId)
  if (!lease) return 'busy'
  try {
    await repair(context, lease, doorbells)
    return 'settled'
  } catch (error) {
    if (error instanceof StaleLease) return 'busy'
    throw error
  } finally {
    await giveLeaseBack(context, lease)
  }
}

/** Together, and one by one when that fails: one that cannot be synced does not hold back the others. */
async function repair(context: SyncContext, lease: Lease, doorbells: readonly Doorbell[]): Promise<void> {
  const origin = { foundBy: 'sweep' as const, missedEvents: [] }
  const settled = (tx: Tx) => removeSuspects(tx, doorbells)
  try {
    if (lease.groupKey === CATALOGUE_GROUP) {
      return await syncCatalogueItems(context, lease, doorbells, settled, origin)
    }
    const owner = await resolveOwner(context, lease.groupKey)
    if (!owner) return await removeSuspects(context.db.query, doorbells)
    await syncGroup(context, lease, owner, doorbells, settled, origin)
  } catch (error) {
    if (error instanceof StaleLease || isStripeOutage(error) || isDatabaseUnavailable(error)) throw error
    if (doorbells.length > 1) {
      for (const doorbell of doorbells) await repair(context, lease, [doorbell])
      return
    }
    context.log.warn({ err: error, doorbells }, 'What differs from Stripe could not be repaired')
    if (!mayBeOfOneObject(error)) return await removeSuspects(context.db.query, doorbells)
    await postponeSuspects(context.db.query, doorbells, later(context, AFTER_FAILURE_MS))
  }
}

function later({ clock }: SyncContext, waitMs: number): Date {
  return new Date(clock.now().getTime() + waitMs)
}
