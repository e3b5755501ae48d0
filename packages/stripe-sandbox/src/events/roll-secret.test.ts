import { expect, test } from 'vitest'
import { buildWebhookEndpoint } from '../objects/webhook-endpoint.ts'
import { MemoryStore } from '../store/memory-store.ts'
import { recipient } from './recipient.ts'
import { rollSecret } from './roll-secret.ts'
import { secretsOf } from './secrets-of.ts'

const startMs = 1_800_000_000_000

test('an old secret signs until its overlap ends', () => {
  const { store, id } = storeWithEndpoint()
  const present = rollSecret(store, id, 60, startMs)
  expect(secretsAt(store, id, startMs + 59_999)).toEqual([present, 'whsec_1'])
  expect(secretsAt(store, id, startMs + 60_000)).toEqual([present])
})

test('a secret that has ended is forgotten when the next one is rolled', () => {
  const { store, id } = storeWithEndpoint()
  rollSecret(store, id, 60, startMs)
  rollSecret(store, id, 60, startMs + 60_000)
  expect(store.count('rolled_secret')).toBe(1)
})

function secretsAt(store: MemoryStore, id: string, nowMs: number): string[] {
  const to = recipient(store, id)
  return to ? secretsOf(store, to, nowMs) : []
}

function storeWithEndpoint() {
  const store = new MemoryStore()
  const endpoint = buildWebhookEndpoint({
    url: 'http://a/',
    enabledEvents: ['*'],
    created: 1,
    secret: 'whsec_1',
  })
  store.transaction(() => store.put('webhook_endpoint', endpoint))
  return { store, id: endpoint.id }
}
