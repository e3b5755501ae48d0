import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { spread } from './rounding.ts'
import { computeTotals, type DiscountTerms, type TaxTerms, type TotalLine } from './totals.ts'

function line(amountMinor: number, more: Partial<TotalLine> = {}): TotalLine {
  return { amountMinor, isDiscountable: true, product: 'prod_1', discounts: [], taxRates: [], ...more }
}

function percentOff(percent: number, products: string[] | null = null): DiscountTerms {
  return { id: `di_${percent}`, percentOff: percent, amountOffMinor: null, products }
}

function amountOff(amountOffMinor: number): DiscountTerms {
  return { id: `di_${amountOffMinor}`, percentOff: null, amountOffMinor, products: null }
}

const vat: TaxTerms = { id: 'txr_vat', percentage: 19, isInclusive: true }
const salesTax: TaxTerms = { id: 'txr_sales', percentage: 8.25, isInclusive: false }

describe('discounts', () => {
  test('a percentage is rounded once and spread over the lines to the last unit', () => {
    const { lines, totalMinor } = computeTotals([line(333), line(333), line(334)], [percentOff(33.33)])
    expect(totalMinor).toBe(667)
    expect(lines.map((each) => each.discountAmounts[0]?.amountMinor)).toEqual([111, 111, 111])
  })

  test('an amount never takes more than there is', () => {
    expect(computeTotals([line(300)], [amountOff(500)])).toMatchObject({
      totalMinor: 0,
      discountAmounts: [{ amountMinor: 300 }],
    })
  })

  test('each one is taken off what the ones before it left', () => {
    expect(computeTotals([line(1000)], [percentOff(50), amountOff(100), percentOff(10)]).totalMinor).toBe(360)
  })

  test("a line's own come before those of the invoice", () => {
    const lines = [line(1000, { discounts: [amountOff(500)] }), line(1000)]
    expect(computeTotals(lines, [percentOff(10)]).totalMinor).toBe(1350)
  })

  test('credits, and lines that are not discountable, are left alone', () => {
    const lines = [line(1000), line(1000, { isDiscountable: false }), line(-400)]
    expect(computeTotals(lines, [percentOff(50)]).totalMinor).toBe(1100)
  })

  test('a coupon for one product touches no other', () => {
    const lines = [line(1000), line(1000, { product: 'prod_2' })]
    expect(
      computeTotals(lines, [percentOff(50, ['prod_2'])]).lines.map((each) => each.discountAmounts),
    ).toEqual([[], [{ discount: 'di_50', amountMinor: 500 }]])
  })
})

describe('taxes', () => {
  test('an exclusive one comes on top, on what the discounts left', () => {
    expect(computeTotals([line(1000, { taxRates: [salesTax] })], [percentOff(50)])).toMatchObject({
      totalMinor: 541,
      totalExcludingTaxMinor: 500,
      taxes: [{ taxRate: 'txr_sales', amountMinor: 41, taxableMinor: 500 }],
    })
  })

  test('an inclusive one is inside', () => {
    expect(computeTotals([line(11_900, { taxRates: [vat] })], [])).toMatchObject({
      totalMinor: 11_900,
      subtotalMinor: 11_900,
      subtotalExcludingTaxMinor: 10_000,
      totalExcludingTaxMinor: 10_000,
      taxes: [{ amountMinor: 1900, taxableMinor: 10_000 }],
    })
  })

  test('a credit gives its tax back', () => {
    const lines = [line(2000, { taxRates: [salesTax] }), line(-1000, { taxRates: [salesTax] })]
    expect(computeTotals(lines, []).totalMinor).toBe(1082)
  })
})

test('whatever is spread adds up, and no share is off by a unit or more', () => {
  const amounts = fc.array(fc.integer({ min: 0, max: 99_999_999 }), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(amounts, fc.integer({ min: 0, max: 99_999_999 }), (weights, total) => {
      const shares = spread(total, weights)
      const sum = weights.reduce((a, b) => a + b, 0)
      expect(shares.reduce((a, b) => a + b, 0)).toBe(sum === 0 ? 0 : total)
      for (const [n, share] of shares.entries()) {
        const exact = sum === 0 ? 0 : (total * (weights[n] ?? 0)) / sum
        expect(Math.abs(share - exact)).toBeLessThan(1)
      }
    }),
  )
})

test('the total is the subtotal less discounts plus exclusive taxes, whatever the lines', () => {
  const anyLine = fc.record({
    amountMinor: fc.integer({ min: -50_000, max: 99_999 }),
    isDiscountable: fc.boolean(),
    product: fc.constantFrom('prod_1', 'prod_2'),
    discounts: fc.constantFrom<readonly DiscountTerms[]>([], [percentOff(15)]),
    taxRates: fc.constantFrom<readonly TaxTerms[]>([], [vat], [salesTax], [vat, salesTax]),
  })
  const discounts = fc.constantFrom<readonly DiscountTerms[]>([], [percentOff(12.5)], [amountOff(700)])
  fc.assert(
    fc.property(fc.array(anyLine, { maxLength: 6 }), discounts, (lines, off) => {
      const totals = computeTotals(lines, off)
      const sumOf = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0)
      const exclusive = totals.taxes.filter((tax) => !tax.isInclusive).map((tax) => tax.amountMinor)
      const discountMinor = sumOf(totals.discountAmounts.map((each) => each.amountMinor))
      expect(totals.totalMinor).toBe(totals.subtotalMinor - discountMinor + sumOf(exclusive))
      const ofLines = totals.lines.flatMap((each) => each.taxes.map((tax) => tax.amountMinor))
      expect(sumOf(totals.taxes.map((tax) => tax.amountMinor))).toBe(sumOf(ofLines))
    }),
  )
})
