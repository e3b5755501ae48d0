import type { NewEvent } from '../db/queries/events.ts'
import type { Clock } from '../domain/clock.ts'
import type { Metrics } from '../observability/metrics.ts'
import type { VerifiedEvent } from '../stripe/signature.ts'
import { addressOf } from './address.ts'

export interface ArrivalContext {
  clock: Clock
  metrics: Metrics
  /** Mode of this installation. Events of the other mode are stored and ignored. */
  livemode: boolean
}

/** An event as the inbox stores it, whether it was delivered or found: its doorbells, and why nothing waits for it. */
export function toNewEvent(context: ArrivalContext, event: VerifiedEvent): NewEvent {
  const now = context.clock.now()
  const address = addressOf(event)
  const note = event.livemode === context.livemode ? address.ignoredBecause : otherMode(event.livemode)
  return {
    id: event.id,
    type: event.type,
    groupKey: address.groupKey,
    doorbells: address.doorbells,
    apiVersion: event.apiVersion,
    livemode: event.livemode,
    stripeCreatedAt: event.createdAt,
    receivedAt: now,
    payload: event.payload,
    ignoredBecause: note,
  }
}

function otherMode(livemode: boolean): string {
  return livemode ? 'a live event at a test installation' : 'a test event at a live installation'
}
