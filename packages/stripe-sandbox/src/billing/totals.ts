import { shareRounded, spread } from './rounding.ts'

/** One line before discounts and taxes. Amounts in minor units; negative ones are credits. */
export interface TotalLine {
  amountMinor: number
  isDiscountable: boolean
  product: string | null
  /** Discounts of this line alone, taken before those of the invoice. */
  discounts: readonly DiscountTerms[]
  taxRates: readonly TaxTerms[]
}

/** What a coupon takes off: a percentage (at most 100, two decimals), or an amount in the invoice's currency. */
export interface DiscountTerms {
  /** Of the discount. */
  id: string
  percentOff: number | null
  amountOffMinor: number | null
  /** Products that it is limited to; null for all. */
  products: readonly string[] | null
}

export interface TaxTerms {
  /** Of the tax rate. */
  id: string
  /** Up to four decimals. */
  percentage: number
  isInclusive: boolean
}

export interface LineTotals {
  discountAmounts: { discount: string; amountMinor: number }[]
  taxes: LineTax[]
}

export interface LineTax {
  taxRate: string
  isInclusive: boolean
  amountMinor: number
  taxableMinor: number
}

export interface Totals {
  lines: LineTotals[]
  /** Sum of the lines, inclusive taxes among it. */
  subtotalMinor: number
  subtotalExcludingTaxMinor: number
  totalMinor: number
  totalExcludingTaxMinor: number
  discountAmounts: { discount: string; amountMinor: number }[]
  taxes: LineTax[]
}

/**
 * The amounts of an invoice. Each line's own discounts come first, then the invoice's in their order, each on what the ones
 * before it left; an amount off is spread over the lines in proportion and never takes more than there is. Taxes are computed
 * and rounded per line, on what the discounts left.
 */
export function computeTotals(
  lines: readonly TotalLine[],
  invoiceDiscounts: readonly DiscountTerms[],
): Totals {
  const left = lines.map((line) => line.amountMinor)
  const totals: LineTotals[] = lines.map(() => ({ discountAmounts: [], taxes: [] }))
  for (const [index, line] of lines.entries()) {
    for (const terms of line.discounts) discount(terms, [index], lines, left, totals)
  }
  for (const terms of invoiceDiscounts) discount(terms, [...lines.keys()], lines, left, totals)
  let inclusiveBeforeDiscountMinor = 0
  for (const [index, line] of lines.entries()) {
    const total = totals[index]
    if (total) total.taxes = taxesOn(left[index] ?? 0, line.taxRates)
    inclusiveBeforeDiscountMinor += inclusiveTax(line.amountMinor, line.taxRates)
  }
  const subtotalMinor = sum(lines.map((line) => line.amountMinor))
  const discountedMinor = sum(left)
  const taxes = aggregated(totals.flatMap((line) => line.taxes))
  const inclusiveMinor = sum(taxes.filter((tax) => tax.isInclusive).map((tax) => tax.amountMinor))
  const exclusiveMinor = sum(taxes.filter((tax) => !tax.isInclusive).map((tax) => tax.amountMinor))
  return {
    lines: totals,
    subtotalMinor,
    subtotalExcludingTaxMinor: subtotalMinor - inclusiveBeforeDiscountMinor,
    totalMinor: discountedMinor + exclusiveMinor,
    totalExcludingTaxMinor: discountedMinor - inclusiveMinor,
    discountAmounts: aggregatedDiscounts(totals),
    taxes,
  }
}

/** Takes one discount off the lines that it may touch. */
function discount(
  terms: DiscountTerms,
  indexes: readonly number[],
  lines: readonly TotalLine[],
  left: number[],
  totals: readonly LineTotals[],
): void {
  const touched = indexes.filter((index) => {
    const line = lines[index]
    const isListed = terms.products === null || terms.products.includes(line?.product ?? '')
    return line?.isDiscountable && isListed && (left[index] ?? 0) > 0
  })
  const weights = touched.map((index) => left[index] ?? 0)
  const baseMinor = sum(weights)
  const offMinor =
    terms.percentOff === null
      ? Math.min(terms.amountOffMinor ?? 0, baseMinor)
      : shareRounded(baseMinor, hundredths(terms.percentOff), 10_000)
  for (const [n, amountMinor] of spread(offMinor, weights).entries()) {
    const index = touched[n] ?? 0
    left[index] = (left[index] ?? 0) - amountMinor
    totals[index]?.discountAmounts.push({ discount: terms.id, amountMinor })
  }
}

function taxesOn(amountMinor: number, rates: readonly TaxTerms[]): LineTax[] {
  const inclusiveShare = inclusiveShareOf(rates)
  const inclusive = rates
    .filter((rate) => rate.isInclusive)
    .map((rate) => shareRounded(amountMinor, tenThousandths(rate.percentage), 1_000_000 + inclusiveShare))
  const netMinor = amountMinor - sum(inclusive)
  let n = 0
  return rates.map((rate) => {
    const taxMinor = rate.isInclusive
      ? (inclusive[n++] ?? 0)
      : shareRounded(netMinor, tenThousandths(rate.percentage), 1_000_000)
    return {
      taxRate: rate.id,
      isInclusive: rate.isInclusive,
      amountMinor: taxMinor,
      taxableMinor: netMinor,
    }
  })
}

function inclusiveTax(amountMinor: number, rates: readonly TaxTerms[]): number {
  return sum(
    taxesOn(amountMinor, rates)
      .filter((tax) => tax.isInclusive)
      .map((tax) => tax.amountMinor),
  )
}

function inclusiveShareOf(rates: readonly TaxTerms[]): number {
  return sum(rates.filter((rate) => rate.isInclusive).map((rate) => tenThousandths(rate.percentage)))
}

function aggregated(taxes: readonly LineTax[]): LineTax[] {
  const byRate = new Map<string, LineTax>()
  for (const tax of taxes) {
    const known = byRate.get(tax.taxRate)
    byRate.set(tax.taxRate, {
      ...tax,
      amountMinor: tax.amountMinor + (known?.amountMinor ?? 0),
      taxableMinor: tax.taxableMinor + (known?.taxableMinor ?? 0),
    })
  }
  return [...byRate.values()]
}

function aggregatedDiscounts(lines: readonly LineTotals[]): Totals['discountAmounts'] {
  const byDiscount = new Map<string, number>()
  for (const { discount: id, amountMinor } of lines.flatMap((line) => line.discountAmounts)) {
    byDiscount.set(id, (byDiscount.get(id) ?? 0) + amountMinor)
  }
  return [...byDiscount].map(([id, amountMinor]) => ({ discount: id, amountMinor }))
}

function hundredths(percent: number): number {
  return Math.round(percent * 100)
}

function tenThousandths(percent: number): number {
  return Math.round(percent * 10_000)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0)
}
