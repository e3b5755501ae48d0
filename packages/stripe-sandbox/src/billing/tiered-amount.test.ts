import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AmountTier, tieredAmountMinor } from './tiered-amount.ts'

function tier(upTo: number | null, unit: string | null, flat: string | null = null): AmountTier {
  return { upTo, unitAmountDecimal: unit, flatAmountDecimal: flat }
}

const tiers = [tier(5, '700'), tier(10, '650'), tier(null, '600')]

describe('volume tiers', () => {
  test.each([
    [1, 700],
    [5, 3500],
    [6, 3900],
    [20, 12_000],
  ])('%i units all cost what the tier of the last one says', (quantity, amountMinor) => {
    expect(tieredAmountMinor(tiers, 'volume', quantity)).toBe(amountMinor)
  })

  test('only the flat amount of that tier is added', () => {
    const withFlat = [tier(5, '700', '1000'), tier(null, '600', '2000')]
    expect(tieredAmountMinor(withFlat, 'volume', 6)).toBe(6 * 600 + 2000)
  })
})

describe('graduated tiers', () => {
  test.each([
    [5, 3500],
    [6, 3500 + 650],
    [20, 3500 + 5 * 650 + 10 * 600],
  ])('%i units cost what their own tiers say', (quantity, amountMinor) => {
    expect(tieredAmountMinor(tiers, 'graduated', quantity)).toBe(amountMinor)
  })

  test('the flat amount of every tier that was entered is added', () => {
    const withFlat = [tier(5, '700', '1000'), tier(10, '600', '2000'), tier(null, '500', '4000')]
    expect(tieredAmountMinor(withFlat, 'graduated', 6)).toBe(5 * 700 + 600 + 3000)
  })
})

test('nothing costs the flat amount of the first tier', () => {
  const withFlat = [tier(5, '700', '1000'), tier(null, '600')]
  expect(tieredAmountMinor(withFlat, 'volume', 0)).toBe(1000)
  expect(tieredAmountMinor(withFlat, 'graduated', 0)).toBe(1000)
})

test('fractions of a minor unit add up before they are rounded', () => {
  expect(tieredAmountMinor([tier(2, '0.1'), tier(null, '0.05')], 'graduated', 7)).toBe(0)
  expect(tieredAmountMinor([tier(2, '0.1'), tier(null, '0.05')], 'graduated', 8)).toBe(1)
})

const amount = fc.tuple(fc.nat(100_000), fc.nat(999_999)).map(([whole, fraction]) => `${whole}.${fraction}`)

/** Two to four tiers that ask the same for every unit, and nothing flat. */
const uniform = fc.tuple(
  amount,
  fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 3 }),
)

test('tiers that all ask the same cost what one does, in both modes', () => {
  fc.assert(
    fc.property(uniform, fc.nat(5000), ([unit, bounds], quantity) => {
      const many = [...bounds.toSorted((a, b) => a - b), null].map((upTo) => tier(upTo, unit))
      const one = tieredAmountMinor([tier(null, unit)], 'volume', quantity)
      expect(tieredAmountMinor(many, 'volume', quantity)).toBe(one)
      expect(tieredAmountMinor(many, 'graduated', quantity)).toBe(one)
    }),
  )
})

test('one unit more never costs less under graduated tiers', () => {
  const some = fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), amount, amount), {
    minLength: 1,
    maxLength: 4,
  })
  fc.assert(
    fc.property(some, fc.nat(300), (steps, quantity) => {
      let upTo = 0
      const rising = steps.map(([width, unit, flat], n) => {
        upTo += width
        return tier(n === steps.length - 1 ? null : upTo, unit, flat)
      })
      expect(tieredAmountMinor(rising, 'graduated', quantity + 1)).toBeGreaterThanOrEqual(
        tieredAmountMinor(rising, 'graduated', quantity),
      )
    }),
  )
})
