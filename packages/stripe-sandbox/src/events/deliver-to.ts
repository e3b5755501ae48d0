import type { Announcing } from './emit.ts'
import type { AnnouncedEvent } from './event-trouble.ts'
import type { Recipient } from './recipient.ts'

/** Puts an event on its way to one recipient, or whatever goes wrong with that. */
export function deliverTo(
  { store, wallClock, ids, trouble }: Announcing,
  what: AnnouncedEvent,
  eventId: string,
  to: Recipient,
): void {
  const nowMs = wallClock.nowMs()
  const troubled = trouble.ofDelivery(what, to, nowMs)
  const delivery = { eventId, endpointId: to.id, attempts: [], deliveredAt: null }
  store.put('delivery', {
    ...delivery,
    id: ids.newId('dlv_'),
    nextAttemptAtMs: troubled ? troubled.firstAttemptAtMs : nowMs,
    ...(troubled ? { trouble: troubled.trouble } : {}),
  })
  if (troubled?.repeatAtMs != null) {
    store.put('delivery', {
      ...delivery,
      id: ids.newId('dlv_'),
      nextAttemptAtMs: troubled.repeatAtMs,
      trouble: { faults: troubled.trouble.faults, isRepeat: true },
    })
  }
}
