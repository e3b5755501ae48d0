import { deliverTo } from '../events/deliver-to.ts'
import type { Announcement, Announcing } from '../events/emit.ts'
import { listensTo, recipients } from '../events/recipient.ts'
import { relatedObject } from './related-object.ts'
import type { ThinEvent } from './thin-event.ts'
import { thinTypes } from './thin-types.ts'

/** Stores and delivers the thin events of a change that somebody listens to. */
export function announceThin(
  announcing: Announcing,
  announcement: Announcement,
  snapshotEventId: string,
): void {
  // Most sandboxes have no destination, and every change comes by here.
  if (announcing.store.count('v2.core.event_destination') === 0) return
  const listeners = recipients(announcing.store).filter((to) => to.payload === 'thin')
  const { what, object, previousAttributes } = announcement
  for (const type of thinTypes(what.type, object, previousAttributes)) {
    const listening = listeners.filter((to) => listensTo(to, type))
    if (listening.length === 0) continue
    const event = thinEvent(announcing, announcement, type, snapshotEventId)
    announcing.store.put('v2.core.event', event)
    for (const to of listening) deliverTo(announcing, { type, customer: what.customer }, event.id, to)
  }
}

function thinEvent(
  { ids }: Announcing,
  { what, object, previousAttributes, createdMs, request }: Announcement,
  type: string,
  snapshotEventId: string,
): ThinEvent {
  return {
    id: ids.newId('evt_test_'),
    object: 'v2.core.event',
    ...(previousAttributes
      ? { changes: { before: previousAttributes, after: sameKeys(object, previousAttributes) } }
      : {}),
    created: new Date(createdMs).toISOString(),
    livemode: false,
    ...(request.id === null
      ? {}
      : {
          reason: {
            type: 'request',
            request: { id: request.id, idempotency_key: request.idempotencyKey ?? '' },
          },
        }),
    related_object: relatedObject(object),
    // The finer ones have no twin.
    ...(type === `v1.${what.type}` ? { snapshot_event: snapshotEventId } : {}),
    type,
  }
}

/** The present values of what changed. */
function sameKeys(object: object, previous: object): Record<string, unknown> {
  const now = object as Record<string, unknown>
  return Object.fromEntries(Object.keys(previous).map((key) => [key, now[key] ?? null]))
}
