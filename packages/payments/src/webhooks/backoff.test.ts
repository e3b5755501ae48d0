import { expect, test } from 'vitest'
import { backoffMs, MOST_ATTEMPTS } from './backoff.ts'

test('doubles from a second up to five minutes', () => {
  expect([1, 2, 3, 9, 10, 12].map((failures) => backoffMs(failures, 0.5))).toEqual([
    1_000, 2_000, 4_000, 256_000, 300_000, 300_000,
  ])
})

test('spreads by a quarter either way', () => {
  expect([backoffMs(3, 0), backoffMs(3, 1)]).toEqual([3_000, 5_000])
})

test('an event is given up about 18 minutes after its first failure, as the runbook says', () => {
  const waits = Array.from({ length: MOST_ATTEMPTS - 1 }, (_, index) => backoffMs(index + 1, 0.5))
  const minutes = waits.reduce((sum, wait) => sum + wait, 0) / 60_000
  expect(Math.floor(minutes)).toBe(18)
})
