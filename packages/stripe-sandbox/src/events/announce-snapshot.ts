import type Stripe from 'stripe'
import { existedAt } from '../versions/absent-fields.ts'
import { pastInStore } from '../versions/past-in-store.ts'
import { renderEvent } from '../versions/render-event.ts'
import { withFirstLines } from '../wire/first-lines.ts'
import { createEvent } from './create-event.ts'
import { deliverTo } from './deliver-to.ts'
import type { Announcement, Announcing } from './emit.ts'
import { renderingId } from './event-rendering.ts'
import { listensTo, type Recipient, recipients } from './recipient.ts'

/**
 * Stores the event and what is to be delivered of it. It is rendered now: once in the account's version, which is what lists
 * show, and once in each other version that a recipient has asked for.
 */
export function announceSnapshot(announcing: Announcing, announcement: Announcement): Stripe.Event {
  const { store, apiVersion } = announcing
  const { what, request } = announcement
  const kind = String((announcement.object as { object?: unknown }).object)
  const versionFor = (to: Recipient): string => to.apiVersion ?? apiVersion
  const listening = recipients(store).filter(
    (to) => to.payload === 'snapshot' && listensTo(to, what.type) && existedAt(kind, versionFor(to)),
  )
  const event = createEvent(announcing.ids, {
    type: what.type,
    object: withFirstLines(announcement.object),
    previousAttributes: announcement.previousAttributes,
    created: Math.floor(announcement.createdMs / 1000),
    pendingWebhooks: listening.length,
    request: { id: request.id, idempotency_key: request.idempotencyKey },
  })
  const past = pastInStore(store)
  const versions = new Set(listening.map(versionFor))
  versions.delete(apiVersion)
  store.put('event', renderEvent(event, apiVersion, past))
  for (const version of versions) {
    const rendered = renderEvent(event, version, past)
    store.put('event_rendering', { id: renderingId(event.id, version), eventId: event.id, event: rendered })
  }
  for (const to of listening) deliverTo(announcing, what, event.id, to)
  return event
}
