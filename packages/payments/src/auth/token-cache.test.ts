import { expect, test } from 'vitest'
import { standingClock } from '../../tests/support/clock.ts'
import { createTokenCache } from './token-cache.ts'

test('remembers a token until it expires', () => {
  const { cache, clock, inMs } = setUp()
  cache.set('token', 'who', inMs(1000))
  clock.advance(999)
  expect(cache.get('token')).toBe('who')
  clock.advance(1)
  expect(cache.get('token')).toBeUndefined()
})

test('remembers none longer than it may', () => {
  const { cache, clock, inMs } = setUp()
  cache.set('token', 'who', inMs(1_000_000))
  clock.advance(10_000)
  expect(cache.get('token')).toBeUndefined()
})

test('takes none that has expired already', () => {
  const { cache, inMs } = setUp()
  cache.set('token', 'who', inMs(0))
  expect(cache.size).toBe(0)
})

test('stays within its limit, and forgets first what was unused for longest', () => {
  const { cache, inMs } = setUp()
  for (const token of ['a', 'b', 'c']) cache.set(token, token, inMs(1000))
  cache.get('a')
  cache.set('d', 'd', inMs(1000))
  expect(['a', 'b', 'c', 'd'].map((token) => cache.get(token))).toEqual(['a', undefined, 'c', 'd'])
})

function setUp() {
  const clock = standingClock()
  const cache = createTokenCache<string>({ limit: 3, longestMs: 10_000, clock })
  return { cache, clock, inMs: (ms: number) => clock.now().getTime() + ms }
}
