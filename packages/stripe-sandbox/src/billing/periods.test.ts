import { expect, test } from 'vitest'
import { addCadence, periodEnd } from './periods.ts'

const at = (iso: string): number => Date.parse(iso) / 1000
const iso = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10)

test.each([
  ['2027-01-31', 'month', 1, '2027-02-28'],
  ['2028-01-31', 'month', 1, '2028-02-29'],
  ['2027-01-31', 'month', 3, '2027-04-30'],
  ['2027-12-15', 'month', 1, '2028-01-15'],
  ['2028-02-29', 'year', 1, '2029-02-28'],
  ['2027-01-31', 'week', 2, '2027-02-14'],
  ['2027-03-27', 'day', 10, '2027-04-06'],
] as const)('%s plus one period of %s × %i is %s', (start, interval, intervalCount, end) => {
  expect(iso(addCadence(at(`${start}T12:00:00Z`), { interval, intervalCount }))).toBe(end)
})

test('a month later than 31 January, and then another, is 31 March again', () => {
  const anchor = at('2027-01-31T12:00:00Z')
  const monthly = { interval: 'month', intervalCount: 1 } as const
  const february = periodEnd(anchor, anchor, monthly)
  expect([february, periodEnd(anchor, february, monthly)].map(iso)).toEqual(['2027-02-28', '2027-03-31'])
})

test('the time of day stays', () => {
  const anchor = at('2027-01-31T23:59:58Z')
  expect(addCadence(anchor, { interval: 'month', intervalCount: 1 })).toBe(at('2027-02-28T23:59:58Z'))
})
