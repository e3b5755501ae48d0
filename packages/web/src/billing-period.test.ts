import { expect, test } from 'vitest'
import { everyPeriod, monthsOf, perPeriod } from './billing-period.ts'

test.each([
  ['month', null, 'per month', 'every month'],
  ['year', 1, 'per year', 'every year'],
  ['month', 3, 'every 3 months', 'every 3 months'],
  ['week', 2, 'every 2 weeks', 'every 2 weeks'],
])('a period of %s, %s of them, reads well behind an amount and alone', (interval, count, behind, alone) => {
  expect([perPeriod(interval, count), everyPeriod(interval, count)]).toEqual([behind, alone])
})

test.each([
  ['month', null, 1],
  ['month', 3, 3],
  ['year', 2, 24],
  ['week', 4, null],
  ['day', 30, null],
])('a period of %s, %s of them, has so many whole months: %s', (interval, count, months) => {
  expect(monthsOf(interval, count)).toBe(months)
})
