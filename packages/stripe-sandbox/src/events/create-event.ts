import Stripe from 'stripe'
import type { Ids } from '../ids.ts'

interface EventInput {
  type: Stripe.Event['type']
  object: object
  previousAttributes: object | undefined
  created: number
  pendingWebhooks: number
  request: { id: string | null; idempotency_key: string | null }
}

/** A full event around a snapshot of `object`, rendered at the SDK's own API version. */
export function createEvent(ids: Ids, input: EventInput): Stripe.Event {
  const event: Omit<Stripe.EventBase, 'data'> & { data: { object: object; previous_attributes?: object } } = {
    id: ids.newId('evt_'),
    object: 'event',
    api_version: Stripe.API_VERSION,
    created: input.created,
    data: {
      // No copy: objects in the store are values that nobody changes in place.
      object: input.object,
      ...(input.previousAttributes ? { previous_attributes: input.previousAttributes } : {}),
    },
    livemode: false,
    pending_webhooks: input.pendingWebhooks,
    request: input.request,
    type: input.type,
  }
  // A boundary: Stripe.Event is a union of 275 interfaces by `type`; that the object fits its type is the emitter's promise,
  // and every test that looks at events checks it against the generated schemas.
  return event as unknown as Stripe.Event
}
