import type { Store } from '../store/store.ts'
import { keptSeconds } from './kept-seconds.ts'

/**
 * Drops the events that the API no longer shows, with their deliveries. One that is still on its way stays until it has
 * arrived or was given up. Called now and then, inside a transaction.
 * @param now the sandbox's time, unix seconds.
 */
export function forgetEvents(store: Store, now: number): void {
  for (const { id, created } of [...store.all('event')]) {
    if (created > now - keptSeconds || isOnItsWay(store, id)) continue
    forgetDeliveries(store, id)
    for (const rendering of [...store.where('event_rendering', 'event', id)]) {
      store.delete('event_rendering', rendering.id)
    }
    store.delete('event', id)
  }
  for (const { id, created } of [...store.all('v2.core.event')]) {
    if (Date.parse(created) / 1000 > now - keptSeconds || isOnItsWay(store, id)) continue
    forgetDeliveries(store, id)
    store.delete('v2.core.event', id)
  }
}

function isOnItsWay(store: Store, eventId: string): boolean {
  return [...store.where('delivery', 'event', eventId)].some((delivery) => delivery.nextAttemptAtMs !== null)
}

function forgetDeliveries(store: Store, eventId: string): void {
  for (const { id } of [...store.where('delivery', 'event', eventId)]) store.delete('delivery', id)
}
