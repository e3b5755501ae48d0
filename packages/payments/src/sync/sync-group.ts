import type { Tx } from '../db/connect.ts'
import { checkFence, type Lease } from '../db/queries/leases.ts'
import { listUnendedSubscriptionIds } from '../db/queries/subscriptions.ts'
import { inTransaction, together } from '../db/transaction.ts'
import type { Doorbell } from '../domain/doorbell.ts'
import type { RepairOrigin } from '../domain/drift.ts'
import { duplicateSubscription } from '../domain/transitions.ts'
import { watchAccess } from './access.ts'
import { announce } from './announce.ts'
import type { SyncContext } from './context.ts'
import { fetchAll } from './fetch-all.ts'
import type { Owner } from './fetched.ts'
import { holdingLease } from './lease.ts'
import { storeTransitions } from './store-transitions.ts'
import { countDrift, watchRows } from './watch-rows.ts'
import { findHistory, writeHistory } from './write-history.ts'

const NONE: Promise<string[]> = Promise.resolve([])

/**
 * The only writer of what the mirror holds of a customer. The lease is taken before the fetch and its fence is checked in the
 * writing transaction, so that syncs of one customer follow one another across replicas and an older look at Stripe never
 * overwrites a newer one (I5), while no database connection waits for Stripe. Mirror, transitions and `alongside` (the mark on
 * the events) commit together or not at all (I4). What an event is the first to show of long ago is told to nobody (write-history). With an
 * `origin` no event was waiting: what this changes is recorded as drift.
 *
 * Throws StaleLease, ForeignResource, and what Stripe or the database threw; then nothing was written.
 */
export async function syncGroup(
  context: SyncContext,
  lease: Lease,
  owner: Owner,
  doorbells: readonly Doorbell[],
  alongside: (tx: Tx, now: Date) => Promise<void> = async () => undefined,
  origin: RepairOrigin | null = null,
): Promise<void> {
  const fetched = await holdingLease(context, lease, () => fetchAll(context, owner, doorbells))
  const { stored, drift } = await inTransaction(context.db, async (tx) => {
    const { ownerId } = owner
    const scope = { ...owner, now: context.clock.now() }
    const doorbells = fetched.map(({ doorbell }) => doorbell)
    const [, watched, history] = await together(tx, [
      checkFence(tx, lease),
      watchAccess(tx, context, ownerId, scope.now),
      findHistory(tx, fetched, scope.now),
    ])
    const watch = origin && (await watchRows(tx, origin, doorbells))
    const old = history.length === 0 ? null : await writeHistory(tx, context, history, scope)
    const access = old === null ? watched : await watchAccess(tx, context, ownerId, scope.now)
    const written = await together(
      tx,
      // `async`: one that cannot even begin fails like the others, when those have ended.
      fetched.filter((each) => !old?.written.includes(each)).map(async (each) => await each.write(tx, scope)),
    )
    const hasSubscription = doorbells.some(({ resource }) => resource === 'subscription')
    const [settled, unended] = await together(tx, [
      access.settle(tx),
      // After the last of them: one that began when another had been canceled may be written before that.
      hasSubscription ? listUnendedSubscriptionIds(tx, ownerId) : NONE,
      alongside(tx, scope.now),
    ])
    const drift = (await watch?.recordDrift(tx, ownerId, scope.now)) ?? []
    const news = [...(old?.news ?? []), ...written.flat()]
    const transitions = [...news, ...duplicateSubscription(unended), ...settled.transitions]
    const [stored] = await together(tx, [
      storeTransitions(tx, ownerId, transitions, scope.now),
      settled.store(),
    ])
    return { stored: [...(old?.byTime ?? []), ...stored], drift }
  })
  countDrift(context.metrics, drift)
  announce(context, owner.ownerId, stored)
}
