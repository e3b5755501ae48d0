import { expect, test } from 'vitest'
import type { ApiCall } from './api-call.ts'
import { RequestLog } from './request-log.ts'

test('the oldest goes when there are too many', () => {
  const log = new RequestLog({ entries: 2 })
  for (const id of ['a', 'b', 'c']) log.add(call(id))
  expect(log.newestFirst().map(({ requestId }) => requestId)).toEqual(['c', 'b'])
  expect([log.get('a'), log.seen]).toEqual([undefined, 3])
})

test('the oldest go when they hold too much, and the newest stays however large it is', () => {
  const log = new RequestLog({ characters: 10 })
  for (const [id, answer] of [
    ['a', '123456'],
    ['b', '1234'],
    ['c', '12345'],
  ] as const) {
    log.add(call(id, answer))
  }
  expect(log.newestFirst().map(({ requestId }) => requestId)).toEqual(['c', 'b'])
  log.add(call('d', 'x'.repeat(100)))
  expect(log.newestFirst().map(({ requestId }) => requestId)).toEqual(['d'])
  log.add(call('e', ''))
  expect(log.newestFirst().map(({ requestId }) => requestId)).toEqual(['e'])
})

function call(requestId: string, answer = ''): ApiCall {
  return {
    requestId,
    method: 'GET',
    path: '/v1/customers',
    query: '',
    body: '',
    idempotencyKey: null,
    userAgent: null,
    apiVersion: '2026-10-28.endive',
    status: 200,
    answer,
    hasBegun: true,
    isDisturbed: false,
    isReplay: false,
    atMs: 0,
    tookMs: 1,
  }
}
