import { expect, test } from 'vitest'
import { createIds } from '../ids.ts'
import { MemoryStore } from '../store/memory-store.ts'
import { createEvent } from './create-event.ts'
import { forgetEvents } from './forget-events.ts'

const day = 24 * 3600

test('an event that was delivered is forgotten after thirty days, with its deliveries', () => {
  const store = storeWith({ created: 0, nextAttemptAtMs: null })
  store.transaction(() => forgetEvents(store, 30 * day - 1))
  expect([store.count('event'), store.count('delivery')]).toEqual([1, 1])
  store.transaction(() => forgetEvents(store, 30 * day))
  expect([store.count('event'), store.count('delivery')]).toEqual([0, 0])
})

test('an event that is still on its way is kept: a sandbox’s clock may have been moved past it', () => {
  const store = storeWith({ created: 0, nextAttemptAtMs: 1 })
  store.transaction(() => forgetEvents(store, 400 * day))
  expect([store.count('event'), store.count('delivery')]).toEqual([1, 1])
})

function storeWith({ created, nextAttemptAtMs }: { created: number; nextAttemptAtMs: number | null }) {
  const store = new MemoryStore()
  const event = createEvent(createIds(), {
    type: 'customer.created',
    object: { id: 'cus_1', object: 'customer' },
    previousAttributes: undefined,
    created,
    pendingWebhooks: 1,
    request: { id: null, idempotency_key: null },
  })
  store.transaction(() => {
    store.put('event', event)
    store.put('delivery', {
      id: 'dlv_1',
      eventId: event.id,
      endpointId: 'we_1',
      attempts: [],
      nextAttemptAtMs,
      deliveredAt: null,
    })
  })
  return store
}
