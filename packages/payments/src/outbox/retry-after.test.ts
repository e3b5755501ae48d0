import { expect, test } from 'vitest'
import { askedBackoffMs, deliveryBackoffMs } from './backoff.ts'
import { retryAfterMs } from './retry-after.ts'

const NOW = new Date('2026-11-28T08:00:00Z')
const HOUR_MS = 60 * 60_000

test.each([
  ['120', 120_000],
  [' 0 ', 0],
  ['Sat, 28 Nov 2026 08:02:00 GMT', 120_000],
  ['Sat, 28 Nov 2026 07:00:00 GMT', 0],
])('%j is a time to wait', (header, ms) => {
  expect(retryAfterMs(header, NOW)).toBe(ms)
})

test.each([
  undefined,
  '',
  '-5',
  '1.5',
  'soon',
  '2026-11-28T09:00:00Z',
  'Sat, 99 Nov 2026 08:02:00 GMT',
  '99999999999',
])('%j is none', (header) => {
  expect(retryAfterMs(header, NOW)).toBeNull()
})

test('what an endpoint asks for makes a pause longer, up to six hours, and never shorter', () => {
  expect(askedBackoffMs(1, 0.5, 120_000)).toBe(120_000)
  expect(askedBackoffMs(1, 0.5, 1_000)).toBe(5_000)
  expect(askedBackoffMs(1, 0.5, null)).toBe(deliveryBackoffMs(1, 0.5))
  expect(askedBackoffMs(1, 0.5, 30 * 24 * HOUR_MS)).toBe(6 * HOUR_MS)
})
