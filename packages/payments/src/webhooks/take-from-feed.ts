import type { Database } from '../db/connect.ts'
import { insertEvents, listKnownEventIds } from '../db/queries/events.ts'
import type { Stripe } from '../stripe/client.ts'
import { readEvent } from '../stripe/signature.ts'
import { type ArrivalContext, toNewEvent } from './new-event.ts'

/**
 * Puts what Stripe's list of events shows into the inbox, unless it is there: as bytes, read and addressed as a delivery is. What nothing
 * here listens to is left out; it would only lie there as ignored. Returns how many were new.
 */
export async function takeFromFeed(
  context: ArrivalContext & { db: Database },
  listed: readonly Stripe.Event[],
  wasMissed: boolean,
): Promise<number> {
  if (listed.length === 0) return 0
  const known = await listKnownEventIds(
    context.db.query,
    listed.map(({ id, created }) => ({ id, stripeCreatedAt: new Date(created * 1000) })),
  )
  const events = listed
    .filter(({ id }) => !known.has(id))
    .map((event) => toNewEvent(context, readEvent(Buffer.from(JSON.stringify(event)))))
    .filter(({ ignoredBecause }) => ignoredBecause === null)
    .map((event) => ({ ...event, wasMissed }))
  if (events.length === 0) return 0
  const stored = await insertEvents(context.db, events)
  if (wasMissed) context.metrics.missedEvents.inc(stored.size)
  return stored.size
}
