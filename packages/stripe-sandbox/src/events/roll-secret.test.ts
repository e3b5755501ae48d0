import { expect, test } from 'vitest'
import { createIds } from '../ids.ts'
import { buildWebhookEndpoint } from '../objects/webhook-endpoint.ts'
import { MemoryStore } from '../store/memory-store.ts'
import { recipient } from './recipient.ts'
import { rollSecret } from './roll-secret.ts'
import { secretsOf } from './secrets-of.ts'

const startMs = 1_800_000_000_000

test('an old secret signs until its overlap ends', () => {
  const { store, id } = storeWithEndpoint()
  const present = rollSecret(worldAt(store, startMs), id, 60)
  expect(secretsAt(store, id, startMs + 59_999)).toEqual([present, 'whsec_1'])
  expect(secretsAt(store, id, startMs + 60_000)).toEqual([present])
})

test('a secret that has ended is forgotten when the next one is rolled', () => {
  const { store, id } = storeWithEndpoint()
  rollSecret(worldAt(store, startMs), id, 60)
  rollSecret(worldAt(store, startMs + 60_000), id, 60)
  expect(store.count('rolled_secret')).toBe(1)
})

function worldAt(store: MemoryStore, nowMs: number) {
  const wallClock = { nowMs: () => nowMs, now: () => Math.floor(nowMs / 1000) }
  return { store, ids: createIds(), wallClock }
}

function secretsAt(store: MemoryStore, id: string, nowMs: number): string[] {
  const to = recipient(store, id)
  return to ? secretsOf(store, to, nowMs) : []
}

function storeWithEndpoint() {
  const store = new MemoryStore()
  const endpoint = buildWebhookEndpoint(createIds(), {
    url: 'http://a/',
    enabledEvents: ['*'],
    created: 1,
    secret: 'whsec_1',
  })
  store.transaction(() => store.put('webhook_endpoint', endpoint))
  return { store, id: endpoint.id }
}
