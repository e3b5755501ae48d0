import { expect, test } from 'vitest'
import { formatAmount, leastChargeMinor } from './currency.ts'

test.each([
  [2000, 'usd', '$20.00'],
  [5, 'usd', '$0.05'],
  [500, 'jpy', '¥500'],
  [1500, 'kwd', 'KWD 1.500'],
  [17_500, 'huf', 'HUF 175.00'],
  [50_000, 'isk', 'ISK 500'],
])('%i of %s is shown as %s', (amountMinor, currency, shown) => {
  expect(formatAmount(amountMinor, currency).replace(/\s/, ' ')).toBe(shown)
})

test.each([
  ['usd', 50],
  ['gbp', 30],
  ['jpy', 50],
  ['huf', 17_500],
])('the least charge in %s is %i', (currency, least) => {
  expect(leastChargeMinor(currency)).toBe(least)
})
