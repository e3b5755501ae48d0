import type { Store } from '../store/store.ts'
import { keptSeconds } from './kept-seconds.ts'

/**
 * Drops the events that the API no longer shows, with their deliveries. One that is still on its way stays until it has
 * arrived or was given up. Called now and then, inside a transaction.
 * @param now the sandbox's time, unix seconds.
 */
export function forgetEvents(store: Store, now: number): void {
  for (const event of [...store.all('event')]) {
    if (event.created > now - keptSeconds) continue
    const deliveries = [...store.where('delivery', 'event', event.id)]
    if (deliveries.some((delivery) => delivery.nextAttemptAtMs !== null)) continue
    for (const { id } of deliveries) store.delete('delivery', id)
    store.delete('event', event.id)
  }
}
