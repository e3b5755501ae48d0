import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import type { ThinEvent } from './thin-event.ts'

/** The one type that needs no listing: it goes to the destination that was asked to be pinged. */
export const pingType = 'v2.core.event_destination.ping'

/** Sends a destination an event about itself. */
export function ping(
  { store, clock, ids, request }: Context,
  destination: Stripe.V2.Core.EventDestination,
): ThinEvent {
  const event: ThinEvent = {
    id: ids.newId('evt_test_'),
    object: 'v2.core.event',
    created: new Date(clock.nowMs()).toISOString(),
    livemode: false,
    ...(request.id === null
      ? {}
      : {
          reason: {
            type: 'request',
            request: { id: request.id, idempotency_key: request.idempotencyKey ?? '' },
          },
        }),
    related_object: {
      id: destination.id,
      type: destination.object,
      url: `/v2/core/event_destinations/${destination.id}`,
    },
    type: pingType,
  }
  store.put('v2.core.event', event)
  store.put('delivery', {
    id: ids.newId('dlv_'),
    eventId: event.id,
    endpointId: destination.id,
    attempts: [],
    // Due at once, whatever the time is.
    nextAttemptAtMs: 0,
    deliveredAt: null,
  })
  return event
}
