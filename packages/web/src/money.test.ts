import { describe, expect, test } from 'vitest'
import { formatMoney } from './money.ts'

const english = { locale: 'en-US' }

describe('an amount in minor units', () => {
  test('has two decimals in most currencies', () => {
    expect(formatMoney(2999, 'usd', english)).toBe('$29.99')
  })

  test('has none in yen', () => {
    expect(formatMoney(500, 'jpy', english)).toBe('¥500')
  })

  test('has three in Kuwaiti dinar', () => {
    expect(formatMoney(15_500, 'kwd', english)).toBe('KWD\u00a015.500')
  })

  test('is in hundredths for the króna, as Stripe sends it', () => {
    expect(formatMoney(50_000, 'isk', { ...english, short: true })).toBe('ISK\u00a0500')
  })

  test('loses its zeros only when it is short and whole', () => {
    expect([2900, 2950].map((amount) => formatMoney(amount, 'usd', { ...english, short: true }))).toEqual([
      '$29',
      '$29.50',
    ])
  })

  test('of zero is shown, not left out', () => {
    expect(formatMoney(0, 'eur', english)).toBe('€0.00')
  })
})
