import type Stripe from 'stripe'
import type { SandboxClock } from '../clock.ts'
import type { Context, RequestCause } from '../context.ts'
import type { Ids } from '../ids.ts'
import type { Store } from '../store/store.ts'
import { createEvent } from './create-event.ts'
import { listensTo } from './listens-to.ts'

interface EmitterParts {
  store: Store
  clock: SandboxClock
  ids: Ids
  wallClock: SandboxClock
  request: RequestCause
}

/** The `emit` of a context: the event, and one delivery for every endpoint that wants it, in the caller's transaction. */
export function emitter({ store, clock, ids, wallClock, request }: EmitterParts): Context['emit'] {
  return (type: Stripe.Event['type'], object: object, previousAttributes?: object): void => {
    const endpoints = [...store.all('webhook_endpoint')].filter((endpoint) => listensTo(endpoint, type))
    const event = createEvent(ids, {
      type,
      object,
      previousAttributes,
      created: clock.now(),
      pendingWebhooks: endpoints.length,
      request: { id: request.id, idempotency_key: request.idempotencyKey },
    })
    store.put('event', event)
    for (const endpoint of endpoints) {
      store.put('delivery', {
        id: ids.newId('dlv_'),
        eventId: event.id,
        endpointId: endpoint.id,
        attempts: [],
        nextAttemptAtMs: wallClock.nowMs(),
        deliveredAt: null,
      })
    }
  }
}
