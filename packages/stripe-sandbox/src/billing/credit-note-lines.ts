import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import type { CreditNoteAmounts } from '../objects/credit-note.ts'
import { buildCreditNoteLineItem } from '../objects/credit-note-line-item.ts'
import { buildLineTax } from '../objects/invoice-line-item.ts'
import { idOf } from '../store/tables.ts'
import { shareRounded } from './rounding.ts'
import { type TaxExemption, taxabilityOf, taxTermsOf } from './tax-terms.ts'
import { computeTotals } from './totals.ts'

type Line = Stripe.CreditNoteLineItem

/**
 * Credits part of a line of an invoice, with the same part of its discounts and taxes. What is credited of each of them follows from
 * all that was credited of the line so far, so that parts which make up the whole line give back exactly what it came to.
 * @param amountMinor of the line's own amount: before discounts, without exclusive taxes.
 */
export function creditInvoiceLine(
  context: Context,
  line: Stripe.InvoiceLineItem,
  {
    amountMinor,
    quantity,
    metadata,
  }: { amountMinor: number; quantity: number | null; metadata: Stripe.Metadata },
): Line {
  const before = creditedLines(context, line)
  const creditedMinor = amountMinor + sum(before.map((each) => each.amount))
  /** The part of a whole that is credited now, given what was credited of it before. */
  const part = (wholeMinor: number, beforeMinor: number): number =>
    Math.max(0, shareRounded(wholeMinor, creditedMinor, line.amount) - beforeMinor)
  return buildCreditNoteLineItem(context.ids, {
    description: line.description,
    amountMinor,
    quantity,
    metadata,
    invoiceLine: line.id,
    discountAmounts: (line.discount_amounts ?? []).map(({ discount, amount }) => ({
      discount: idOf(discount) ?? '',
      amount: part(amount, sum(before.map((each) => discountOf(each, idOf(discount) ?? '')))),
    })),
    taxes: (line.taxes ?? []).map((tax) => {
      const taxesBefore = before.flatMap((each) => taxOf(each, tax.tax_rate_details?.tax_rate ?? '') ?? [])
      return {
        ...tax,
        amount: part(tax.amount, sum(taxesBefore.map((each) => each.amount))),
        taxable_amount: part(
          tax.taxable_amount ?? 0,
          sum(taxesBefore.map((each) => each.taxable_amount ?? 0)),
        ),
      }
    }),
    taxRates: ratesOf(context, line.taxes ?? []),
  })
}

/** Credits something that is no line of the invoice. */
export function creditOwnLine(
  context: Context,
  own: {
    description: string | null
    amountMinor: number
    quantity: number
    taxRates: Stripe.TaxRate[]
    metadata: Stripe.Metadata
  },
  exemption: TaxExemption,
): Line {
  const taxRates = taxTermsOf(context, idsOf(own.taxRates), exemption)
  const [total] = computeTotals([{ ...plain, amountMinor: own.amountMinor, taxRates }], []).lines
  return buildCreditNoteLineItem(context.ids, {
    ...own,
    invoiceLine: null,
    discountAmounts: [],
    taxes: (total?.taxes ?? []).map((tax) =>
      buildLineTax(tax.taxRate, tax.isInclusive, tax.amountMinor, tax.taxableMinor, taxabilityOf(exemption)),
    ),
  })
}

/** What is left of a line of an invoice to be credited, in minor units of its own amount. */
export function creditableOfLine(context: Context, line: Stripe.InvoiceLineItem): number {
  return Math.max(0, line.amount - sum(creditedLines(context, line).map((each) => each.amount)))
}

/** What lines come to together. */
export function creditNoteAmounts(
  context: Context,
  lines: readonly Line[],
  exemption: TaxExemption,
): CreditNoteAmounts {
  const taxes = lines.flatMap((line) => line.taxes ?? [])
  const subtotalMinor = sum(lines.map((line) => line.amount))
  const discountMinor = sum(lines.map((line) => line.discount_amount))
  const exclusiveMinor = sum(taxes.filter((tax) => tax.tax_behavior === 'exclusive').map((tax) => tax.amount))
  const inclusiveMinor = sum(taxes.filter((tax) => tax.tax_behavior === 'inclusive').map((tax) => tax.amount))
  const totalMinor = subtotalMinor - discountMinor + exclusiveMinor
  return {
    discount_amount: discountMinor,
    discount_amounts: aggregatedDiscounts(lines),
    subtotal: subtotalMinor,
    subtotal_excluding_tax: sum(lines.map((line) => withoutInclusiveTax(context, line, exemption))),
    total: totalMinor,
    total_excluding_tax: totalMinor - exclusiveMinor - inclusiveMinor,
    total_taxes: aggregatedTaxes(taxes),
  }
}

const plain = { isDiscountable: false, product: null, discounts: [] }

function idsOf(rates: readonly Stripe.TaxRate[]): string[] {
  return rates.map((rate) => rate.id)
}

function withoutInclusiveTax(context: Context, line: Line, exemption: TaxExemption): number {
  const taxRates = taxTermsOf(context, idsOf(line.tax_rates), exemption)
  return computeTotals([{ ...plain, amountMinor: line.amount, taxRates }], []).subtotalExcludingTaxMinor
}

/** The lines of issued credit notes that credit this line of an invoice. */
function creditedLines(context: Context, line: Stripe.InvoiceLineItem): Line[] {
  return [...context.store.where('credit_note', 'invoice', line.invoice ?? '')]
    .filter((note) => note.status === 'issued')
    .flatMap((note) => note.lines.data)
    .filter((each) => each.invoice_line_item === line.id)
}

function discountOf(line: Line, discount: string): number {
  return line.discount_amounts.find((each) => idOf(each.discount) === discount)?.amount ?? 0
}

function taxOf(line: Line, rate: string): Stripe.CreditNoteLineItem.Tax | undefined {
  return line.taxes?.find((tax) => tax.tax_rate_details?.tax_rate === rate)
}

function ratesOf(context: Context, taxes: readonly Stripe.InvoiceLineItem.Tax[]): Stripe.TaxRate[] {
  return taxes.flatMap((tax) => context.store.get('tax_rate', tax.tax_rate_details?.tax_rate ?? '') ?? [])
}

function aggregatedDiscounts(lines: readonly Line[]): Stripe.CreditNote.DiscountAmount[] {
  const byDiscount = new Map<string, number>()
  for (const { discount, amount } of lines.flatMap((line) => line.discount_amounts)) {
    const id = idOf(discount) ?? ''
    byDiscount.set(id, (byDiscount.get(id) ?? 0) + amount)
  }
  return [...byDiscount].map(([discount, amount]) => ({ amount, discount }))
}

function aggregatedTaxes(taxes: readonly Stripe.CreditNoteLineItem.Tax[]): Stripe.CreditNote.TotalTax[] {
  const byRate = new Map<string, Stripe.CreditNote.TotalTax>()
  for (const tax of taxes) {
    const id = tax.tax_rate_details?.tax_rate ?? ''
    const known = byRate.get(id)
    byRate.set(id, {
      ...tax,
      amount: tax.amount + (known?.amount ?? 0),
      taxable_amount: (tax.taxable_amount ?? 0) + (known?.taxable_amount ?? 0),
    })
  }
  return [...byRate.values()]
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0)
}
