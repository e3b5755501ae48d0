import type Stripe from 'stripe'
import { creditableOfLine, creditInvoiceLine, creditOwnLine } from '../billing/credit-note-lines.ts'
import { formatAmount } from '../billing/currency.ts'
import { shareRounded } from '../billing/rounding.ts'
import { exemptionOf } from '../billing/tax-terms.ts'
import type { Context } from '../context.ts'
import { parameterInvalid, parameterMissing, parametersExclusive } from '../wire/error-catalogue.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import { taxRatesOf } from './subscription-lines.ts'

type Line = Stripe.CreditNoteCreateParams.Line

/** The lines of a credit note: as they were given, or one for an amount. @throws StripeApiError for what cannot be credited. */
export function creditedLines(
  context: Context,
  invoice: Stripe.Invoice,
  { amount, lines }: Stripe.CreditNoteCreateParams,
): Stripe.CreditNoteLineItem[] {
  if (amount !== undefined && lines !== undefined) throw parametersExclusive(['amount', 'lines'])
  if (amount === undefined && (lines === undefined || lines.length === 0)) throw parameterMissing('amount')
  if (amount !== undefined) {
    const description = `Credit for invoice ${invoice.number ?? invoice.id}`
    return [
      creditOwnLine(
        context,
        { description, amountMinor: amount, quantity: 1, taxRates: [], metadata: {} },
        'none',
      ),
    ]
  }
  const named = (lines ?? []).flatMap((line) => line.invoice_line_item ?? [])
  if (new Set(named).size < named.length) {
    throw parameterInvalid('lines', 'Each line of the invoice can be credited once in a credit note.')
  }
  return (lines ?? []).map((line, index) => creditedLine(context, invoice, line, `lines[${index}]`))
}

function creditedLine(
  context: Context,
  invoice: Stripe.Invoice,
  line: Line,
  at: string,
): Stripe.CreditNoteLineItem {
  const metadata = mergedMetadata({}, line.metadata)
  if (line.type === 'custom_line_item') {
    if (line.unit_amount === undefined) throw parameterMissing(`${at}[unit_amount]`)
    if (line.description === undefined) throw parameterMissing(`${at}[description]`)
    const quantity = line.quantity ?? 1
    if (line.unit_amount < 0 || quantity < 0)
      throw parameterInvalid(`${at}[unit_amount]`, 'Invalid positive integer')
    const own = {
      description: line.description,
      amountMinor: line.unit_amount * quantity,
      quantity,
      taxRates: taxRatesOf(context, line.tax_rates || [], `${at}[tax_rates]`),
      metadata,
    }
    return creditOwnLine(context, own, exemptionOf(invoice.customer_tax_exempt))
  }
  for (const param of ['description', 'tax_rates', 'unit_amount'] as const) {
    if (line[param] === undefined) continue
    throw parameterInvalid(
      `${at}[${param}]`,
      `This parameter is only valid when \`type\` is \`custom_line_item\`.`,
    )
  }
  return creditedInvoiceLine(context, invoice, line, at, metadata)
}

function creditedInvoiceLine(
  context: Context,
  invoice: Stripe.Invoice,
  { invoice_line_item: id, amount, quantity }: Line,
  at: string,
  metadata: Stripe.Metadata,
): Stripe.CreditNoteLineItem {
  if (id === undefined) throw parameterMissing(`${at}[invoice_line_item]`)
  const line = invoice.lines.data.find((each) => each.id === id)
  if (line === undefined) {
    throw parameterInvalid(`${at}[invoice_line_item]`, `No such line item on the invoice: '${id}'`)
  }
  if (amount !== undefined && quantity !== undefined) {
    throw parametersExclusive([`${at}[amount]`, `${at}[quantity]`])
  }
  if (amount === undefined && quantity === undefined) throw parameterMissing(`${at}[amount]`)
  const units = line.quantity || 1
  const amountMinor = amount ?? shareRounded(line.amount, quantity ?? 0, units)
  const leftMinor = creditableOfLine(context, line)
  if (amountMinor <= 0 || amountMinor > leftMinor) {
    throw parameterInvalid(
      `${at}[${amount === undefined ? 'quantity' : 'amount'}]`,
      `The amount to credit of a line must be greater than 0 and at most what is left of it (${formatAmount(leftMinor, invoice.currency)}).`,
    )
  }
  return creditInvoiceLine(context, line, { amountMinor, quantity: quantity ?? null, metadata })
}
