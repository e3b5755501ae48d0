import type { Tx } from '../db/connect.ts'
import { lockAccess, storeAccess } from '../db/queries/access.ts'
import { readAccessFacts } from '../db/queries/access-facts.ts'
import { insertTransitions } from '../db/queries/outbox.ts'
import { areMirrored } from '../db/queries/products.ts'
import { listTrials } from '../db/queries/subscriptions.ts'
import { inTransaction } from '../db/transaction.ts'
import { type Access, accessAt } from '../domain/access.ts'
import { type PresentedAccess, presentAccess } from '../domain/present-access.ts'
import { accessTransitions, type Transition, trialEnding, trialNoticeAt } from '../domain/transitions.ts'
import { announce } from './announce.ts'
import type { SyncContext } from './context.ts'

/*
 * How `access.changed` is told once and in order. The owner's row in `access` says what was told last; it is locked first, so that of
 * two transactions of one owner (two customers of one owner, or a sync and the clock) the second sees what the first told. The
 * facts are read after the lock: by then the other's rows are committed. An owner without a row was mirrored by a backfill, or is
 * new: what the rows said before this transaction's first write counts as told.
 */
export interface AccessWatch {
  /** After the last write: what is true now, and how that differs. Nothing is told before it is stored. */
  settle(tx: Tx, options?: SettleOptions): Promise<{ transitions: Transition[]; store(): Promise<void> }>
  /** Instead of that: what is true now counts as told, when nothing was ever told, and is looked at again at once. */
  passOver(tx: Tx): Promise<void>
}

interface SettleOptions {
  /**
   * Features that went with a product that is not mirrored yet (somebody made it and sold it a moment ago) are not told as lost: Stripe
   * never took them. The owner is looked at again when the product comes, or else in a minute, and then it is told.
   */
  waitsForProducts: boolean
}

const PRODUCTS_TAKE_MS = 60_000

export type AccessContext = Pick<SyncContext, 'policy'>

export async function watchAccess(
  tx: Tx,
  { policy }: AccessContext,
  ownerId: string,
  now: Date,
): Promise<AccessWatch> {
  const look = async (): Promise<Access> => accessAt(await readAccessFacts(tx, ownerId), policy, now)
  const { told, version } = await lockAccess(tx, ownerId)
  const before = told ?? presentAccess(await look())
  return {
    async settle(tx, { waitsForProducts } = { waitsForProducts: true }) {
      let access = await look()
      let after = presentAccess(access)
      if (waitsForProducts && losesFeatures(before, after)) {
        if (!(await areMirrored(tx, productsOf(after)))) {
          const lookAgainAt = new Date(now.getTime() + PRODUCTS_TAKE_MS)
          return {
            transitions: [],
            store: () => storeAccess(tx, ownerId, { told: before, version, lookAgainAt }),
          }
        }
        // It may have come since the look: its transaction waits for none of ours.
        access = await look()
        after = presentAccess(access)
      }
      const transitions = accessTransitions(ownerId, version + 1, before, after)
      const hasTrial = access.grants.some(({ reason }) => reason === 'trialing')
      const trials = hasTrial ? await listTrials(tx, ownerId) : []
      const lookAgainAt = firstOf([access.changesAt, ...trials.map(trialNoticeAt)], now)
      const told = { told: after, version: version + transitions.length, lookAgainAt }
      return { transitions, store: () => storeAccess(tx, ownerId, told) }
    },
    async passOver(tx) {
      const toldNow = version === 0 ? presentAccess(await look()) : before
      await storeAccess(tx, ownerId, { told: toldNow, version, lookAgainAt: now })
    },
  }
}

function losesFeatures(before: PresentedAccess, after: PresentedAccess): boolean {
  const left = new Set(after.features.map(({ name }) => name))
  return before.features.some(({ name }) => !left.has(name))
}

function productsOf({ grants }: PresentedAccess): string[] {
  return grants.flatMap(({ is_granted, product_ids }) => (is_granted ? product_ids : []))
}

/** The first of these moments that is still to come. */
function firstOf(moments: readonly (Date | null)[], now: Date): Date | null {
  const times = moments.flatMap((moment) => (moment && moment > now ? [moment.getTime()] : []))
  return times.length === 0 ? null : new Date(Math.min(...times))
}

/** For an owner of whom there is no news: tells what time alone changed, or the features of his product. */
export async function lookAgain(context: SyncContext, ownerId: string): Promise<void> {
  const now = context.clock.now()
  const stored = await inTransaction(context.db, (tx) => tellByTime(tx, context, ownerId, now))
  announce(context, ownerId, stored)
}

/** Returns what was not told before, to be announced after the commit. */
export async function tellByTime(
  tx: Tx,
  context: AccessContext,
  ownerId: string,
  now: Date,
): Promise<Transition[]> {
  const watch = await watchAccess(tx, context, ownerId, now)
  const ending = (await listTrials(tx, ownerId)).flatMap((trial) => trialEnding(trial, now))
  const { transitions, store } = await watch.settle(tx, { waitsForProducts: false })
  await store()
  return await insertTransitions(tx, ownerId, [...ending, ...transitions], now)
}
