import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../tests/support/eventually.ts'
import { createIds } from '../ids.ts'
import { buildWebhookEndpoint } from '../objects/webhook-endpoint.ts'
import { MemoryStore } from '../store/memory-store.ts'
import { createEvent } from './create-event.ts'
import { Deliverer } from './deliverer.ts'
import type { Delivery } from './delivery.ts'

const startMs = 1_800_000_000_000
const dayMs = 24 * 3600 * 1000

test('every attempt carries a timestamp and a signature of its own', async () => {
  const { signatures, advance } = await deliverWithFailures()
  await eventually(() => signatures.at(-1)).toMatch(/^t=1800000000,v1=[0-9a-f]{64}$/)
  advance(5000)
  await eventually(() => signatures.at(-1)).toMatch(/^t=1800000005,v1=[0-9a-f]{64}$/)
  expect(signatures.at(-1)?.split('v1=')[1]).not.toBe(signatures[0]?.split('v1=')[1])
})

test('each wait is twice the one before', async () => {
  const { states } = await deliverWithFailures()
  await eventually(() => states.length).toBeGreaterThanOrEqual(4)
  expect(states.slice(0, 4).map(({ nextAttemptAtMs }) => Number(nextAttemptAtMs) - startMs)).toEqual([
    4, 8, 16, 32,
  ])
})

test('after three days nothing is tried any more', async () => {
  const { states, advance } = await deliverWithFailures()
  await eventually(() => states.length).toBeGreaterThan(0)
  advance(3 * dayMs)
  await eventually(() => states.at(-1)?.nextAttemptAtMs).toBeNull()
  expect(states.at(-1)?.deliveredAt).toBeNull()
})

test('a delivery that waits for its next attempt can be made due now', async () => {
  const { signatures, store } = await deliverWithFailures({ firstRetryMs: 3_600_000 })
  await eventually(() => [...store.all('delivery')][0]?.attempts.length).toBe(1)
  const [waiting] = [...store.all('delivery')]
  if (waiting) store.transaction(() => store.put('delivery', { ...waiting, nextAttemptAtMs: startMs }))
  await eventually(() => signatures.length).toBe(2)
})

/** One event on its way to an endpoint that always answers 500. The wall clock stands still until it is advanced. */
async function deliverWithFailures({ firstRetryMs = 4 } = {}) {
  const signatures: string[] = []
  const server = createServer((request, response) => {
    signatures.push(String(request.headers['stripe-signature']))
    request.resume()
    response.writeHead(500).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`

  let nowMs = startMs
  const wallClock = { nowMs: () => nowMs, now: () => Math.floor(nowMs / 1000) }
  const store = new MemoryStore()
  const states: Delivery[] = []
  store.onCommit(() => {
    const delivery = [...store.all('delivery')][0]
    if (delivery && delivery.attempts.length > states.length) states.push(delivery)
  })
  const deliverer = new Deliverer({ store, wallClock, firstRetryMs, onError: failTest })
  onTestFinished(async () => {
    await deliverer.close()
    server.closeAllConnections()
    server.close()
  })
  const endpoint = buildWebhookEndpoint(createIds(), {
    url,
    enabledEvents: ['*'],
    created: 1,
    secret: 'whsec_1',
  })
  const event = createEvent(createIds(), {
    type: 'customer.created',
    object: { id: 'cus_1', object: 'customer' },
    previousAttributes: undefined,
    created: 1,
    pendingWebhooks: 1,
    request: { id: null, idempotency_key: null },
  })
  store.transaction(() => {
    store.put('webhook_endpoint', endpoint)
    store.put('event', event)
    store.put('delivery', {
      id: 'dlv_1',
      eventId: event.id,
      endpointId: endpoint.id,
      attempts: [],
      nextAttemptAtMs: nowMs,
      deliveredAt: null,
    })
  })
  return {
    signatures,
    states,
    store,
    advance: (ms: number) => {
      nowMs += ms
    },
  }
}

function failTest(error: unknown): never {
  throw error
}
