import type { Tx } from '../db/connect.ts'
import { isDatabaseUnavailable } from '../db/errors.ts'
import { hasCursorMoved } from '../db/queries/cursors.ts'
import {
  listDueEvents,
  markDead,
  markIgnored,
  markProcessed,
  type PendingEvent,
  postponeEvents,
  readdressEvents,
  retryEvents,
} from '../db/queries/events.ts'
import { type Lease, releaseLease, StaleLease } from '../db/queries/leases.ts'
import { together } from '../db/transaction.ts'
import { CATALOGUE_GROUP, type Doorbell, isCustomerGroup } from '../domain/doorbell.ts'
import type { RepairOrigin } from '../domain/drift.ts'
import { FEED_CURSOR } from '../domain/event-feed.ts'
import { isStripeOutage, mayBeOfOneObject } from '../stripe/errors.ts'
import { syncCatalogueItems } from '../sync/catalogue.ts'
import type { SyncContext } from '../sync/context.ts'
import { giveLeaseBack, keepLease, takeLease } from '../sync/lease.ts'
import { resolveAddress } from '../sync/resolve-address.ts'
import { resolveOwner } from '../sync/resolve-customer.ts'
import { syncGroup } from '../sync/sync-group.ts'
import { backoffMs, LONGEST_WAIT_MS, MOST_ATTEMPTS } from './backoff.ts'

/**
 * Works off one group of the inbox: all that waits for one customer, for the catalogue, or for a resource whose customer is not
 * known yet.
 *
 *   lease → read what is due → fetch → one transaction: fence, mirror, transitions, marks, lease given back
 *
 * The events are read before the fetch and exactly those are marked after it: one that arrives in between may tell of a change
 * that the fetch has not seen, and stays pending.
 *
 * Events that never failed go together: however many bells rang, each resource is fetched once. When that fails they go one by
 * one, so that the one that cannot be synced (poison, I10) does not hold back its siblings; it waits longer each time and ends
 * as dead. When Stripe cannot be reached no event is at fault: all wait, and nothing is counted. Nor does one die of an object at
 * which Stripe itself fails, before Stripe is seen to answer others.
 *
 * Events that webhooks missed come after the delivered ones, in a sync of their own: what that one still changes is drift.
 */
export interface DrainContext extends SyncContext {
  /** 0 ≤ random < 1. */
  random(): number
}

/** `outage`: Stripe cannot be reached (or refuses our key); whoever calls should wait before the next group. */
export type DrainOutcome = 'worked' | 'busy' | 'outage'

const EVENTS_AT_A_TIME = 100
/** Which step of the backoff an event waits that could not be tried: 4 s. The loop waits longer and longer by itself. */
const OUTAGE_STEP = 3
const NOTHING = Promise.resolve()

export async function drainGroup(context: DrainContext, groupKey: string): Promise<DrainOutcome> {
  const lease = await takeLease(context, groupKey)
  if (!lease) return 'busy'
  const held: HeldLease = { lease, isGivenBack: false }
  try {
    const events = await listDueEvents(context.db, groupKey, context.clock.now(), EVENTS_AT_A_TIME)
    // Somebody else has done it since: that says nothing of Stripe.
    return events.length > 0 ? await workOff(context, held, events) : 'busy'
  } catch (error) {
    if (error instanceof StaleLease) return 'busy'
    throw error
  } finally {
    if (!held.isGivenBack) await giveLeaseBack(context, lease)
  }
}

/** As a rule one sync does all there is to do, and gives the lease back in its transaction. */
interface HeldLease {
  lease: Lease
  isGivenBack: boolean
}

async function workOff(
  context: DrainContext,
  held: HeldLease,
  events: readonly PendingEvent[],
): Promise<DrainOutcome> {
  const [fresh, failedBefore] = partition(events, (event) => event.attempts === 0)
  if (fresh.length < 2) return await oneByOne(context, held, events)

  const error = await attempt(() => syncTogether(context, held, fresh, failedBefore.length === 0))
  if (error === null) return await oneByOne(context, held, failedBefore)
  if (isStripeOutage(error)) return await postpone(context, events, error)
  return await oneByOne(context, held, events)
}

function partition<T>(items: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))]
}

async function oneByOne(
  context: DrainContext,
  held: HeldLease,
  events: readonly PendingEvent[],
): Promise<DrainOutcome> {
  for (const [index, event] of events.entries()) {
    if (index > 0 && !(await keepLease(context, held.lease))) return 'busy'
    const error = await attempt(() => syncEvents(context, held, [event], index === events.length - 1))
    if (error === null) continue
    if (isStripeOutage(error)) return await postpone(context, events.slice(index), error)
    await recordFailure(context, event, error)
  }
  return 'worked'
}

async function syncTogether(
  context: DrainContext,
  held: HeldLease,
  events: readonly PendingEvent[],
  isAll: boolean,
): Promise<void> {
  const [missed, delivered] = partition(events, (event) => event.wasMissed)
  if (delivered.length > 0) await syncEvents(context, held, delivered, isAll && missed.length === 0)
  if (missed.length > 0) await syncEvents(context, held, missed, isAll)
}

/**
 * One sync for all of these events, all delivered or all missed, which leaves every one of them done, or re-addressed. After the last one the
 * lease is not needed any more.
 */
async function syncEvents(
  context: DrainContext,
  held: HeldLease,
  events: readonly PendingEvent[],
  isLast: boolean,
): Promise<void> {
  const { lease } = held
  const { groupKey } = lease
  const doorbells = events.flatMap((event) => event.doorbells)
  const mark = async (tx: Tx, now: Date) => {
    await together(tx, [markProcessed(tx, events, now), isLast ? releaseLease(tx, lease) : NOTHING])
  }
  const origin = originOf(events)
  if (groupKey === CATALOGUE_GROUP) {
    await syncCatalogueItems(context, lease, doorbells, mark, origin)
  } else if (isCustomerGroup(groupKey)) {
    const owner = await resolveOwner(context, groupKey)
    if (!owner) return await ignore(context, events, `customer ${groupKey} is not ours`)
    await syncGroup(context, lease, owner, doorbells, mark, origin)
  } else {
    return await readdress(context, events, doorbells)
  }
  held.isGivenBack = isLast
  context.metrics.drainedEvents.inc({ result: 'processed' }, events.length)
  const now = context.clock.now().getTime()
  for (const { receivedAt } of events) {
    context.metrics.inboxLagSeconds.observe(Math.max(0, now - receivedAt.getTime()) / 1000)
  }
}

function originOf(events: readonly PendingEvent[]): RepairOrigin | null {
  if (!events.every(({ wasMissed }) => wasMissed)) return null
  const missedEvents = events.map(({ id, type, stripeCreatedAt, doorbells }) => ({
    id,
    type,
    createdAt: stripeCreatedAt,
    doorbells,
  }))
  return { foundBy: 'feed', missedEvents }
}

/** Events of such a group all ring for the same resource. They stay pending, for the lease of their customer. */
async function readdress(
  context: DrainContext,
  events: readonly PendingEvent[],
  [doorbell]: readonly Doorbell[],
): Promise<void> {
  const address = doorbell ? await resolveAddress(context, doorbell) : null
  if (!address) return await ignore(context, events, 'belongs to no customer of ours, or is gone at Stripe')
  await readdressEvents(context.db.query, events, address.stripeCustomerId, [address.doorbell])
}

async function ignore(context: DrainContext, events: readonly PendingEvent[], note: string): Promise<void> {
  await markIgnored(context.db.query, events, note, context.clock.now())
  context.metrics.drainedEvents.inc({ result: 'ignored' }, events.length)
}

/** What went wrong, or null. A lost lease, and a database that is away or too slow, is no failure of the event, and goes up. */
async function attempt(work: () => Promise<void>): Promise<unknown> {
  try {
    await work()
    return null
  } catch (error) {
    if (error instanceof StaleLease || isDatabaseUnavailable(error)) throw error
    return error ?? new Error('Nothing was thrown')
  }
}

async function postpone(
  context: DrainContext,
  events: readonly PendingEvent[],
  error: unknown,
): Promise<DrainOutcome> {
  await postponeEvents(context.db.query, events, describe(error), inFuture(context, OUTAGE_STEP))
  return 'outage'
}

async function recordFailure(context: DrainContext, event: PendingEvent, error: unknown): Promise<void> {
  const { db, clock, log, metrics } = context
  const failures = event.attempts + 1
  const line = { eventId: event.id, type: event.type, failures, err: error }
  if (failures >= MOST_ATTEMPTS && (await isItsOwn(context, error))) {
    await markDead(db.query, [event], describe(error), clock.now())
    metrics.drainedEvents.inc({ result: 'dead' })
    log.error(line, 'Event given up: an operator has to retry or ignore it')
    return
  }
  await retryEvents(db.query, [event], describe(error), inFuture(context, failures))
  metrics.drainedEvents.inc({ result: 'retried' })
  log.warn(line, 'Event failed, will be tried again')
}

/**
 * Whether the failure is the event's own. Where Stripe fails, or does not answer in time, it is of this one object only when Stripe has shown its
 * list of events since the last try; where nobody reads that list, or Stripe fails at that too, the event goes on waiting.
 */
async function isItsOwn({ db, clock }: DrainContext, error: unknown): Promise<boolean> {
  if (!mayBeOfOneObject(error)) return true
  return await hasCursorMoved(db.query, FEED_CURSOR, clock.now(), LONGEST_WAIT_MS)
}

function inFuture({ clock, random }: DrainContext, failures: number): Date {
  return new Date(clock.now().getTime() + backoffMs(failures, random()))
}

/** For the operator who looks at the row. */
function describe(error: unknown): string {
  return String(error).slice(0, 1_000)
}
