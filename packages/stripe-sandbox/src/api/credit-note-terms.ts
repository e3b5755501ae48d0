import type Stripe from 'stripe'
import { creditNoteAmounts } from '../billing/credit-note-lines.ts'
import { chargeOfInvoice, creditableMinor, unlinkedMinor } from '../billing/creditable.ts'
import { formatAmount } from '../billing/currency.ts'
import { type CreditNoteTerms, type GivenBack, split } from '../billing/issue-credit-note.ts'
import { exemptionOf } from '../billing/tax-terms.ts'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { notSupportedYet, parameterInvalid, parameterMissing } from '../wire/error-catalogue.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import { creditedLines } from './credited-lines.ts'

type Parameters = Stripe.CreditNoteCreateParams

export const creditNoteParameters = [
  'amount',
  'credit_amount',
  'effective_at',
  'email_type',
  'invoice',
  'lines.amount',
  'lines.description',
  'lines.invoice_line_item',
  'lines.metadata.*',
  'lines.quantity',
  'lines.tax_rates',
  'lines.type',
  'lines.unit_amount',
  'memo',
  'metadata.*',
  'out_of_band_amount',
  'reason',
  'refund_amount',
  'refunds.amount_refunded',
  'refunds.refund',
  'refunds.type',
] as const

/**
 * What a credit note for this invoice would be. It credits no more than the invoice came to, and what it credits of money that was
 * paid is given back in one way or several, to the last unit.
 * @throws StripeApiError for everything else.
 */
export function creditNoteTerms(
  context: Context,
  invoice: Stripe.Invoice,
  parameters: Parameters,
): CreditNoteTerms {
  if (invoice.status === 'draft' || invoice.status === 'void') {
    throw new StripeApiError(
      `Credit notes can only be created for finalized invoices that are not void. This invoice's status is ${invoice.status}.`,
      { param: 'invoice' },
    )
  }
  const lines = creditedLines(context, invoice, parameters)
  const { total } = creditNoteAmounts(context, lines, exemptionOf(invoice.customer_tax_exempt))
  if (total <= 0) throw parameterInvalid('amount', 'The credit note amount must be greater than 0.')
  const givenBack = givenBackOf(context, invoice, parameters)
  const linkedMinor = sum(givenBack.refunds.map(({ amountMinor }) => amountMinor))
  const mostMinor = creditableMinor(context, invoice) + linkedMinor
  if (total > mostMinor) {
    throw new StripeApiError(
      `The credit note amount (${formatAmount(total, invoice.currency)}) exceeds the maximum creditable amount for this invoice (${formatAmount(mostMinor, invoice.currency)}).`,
      { param: parameters.amount === undefined ? 'lines' : 'amount' },
    )
  }
  checkGivenBack(context, invoice, givenBack, split(invoice, total).postPaymentMinor)
  return {
    lines,
    givenBack,
    memo: parameters.memo ?? null,
    metadata: mergedMetadata({}, parameters.metadata),
    reason: parameters.reason ?? null,
    effectiveAt: parameters.effective_at ?? null,
  }
}

function givenBackOf(context: Context, invoice: Stripe.Invoice, parameters: Parameters): GivenBack {
  for (const param of ['credit_amount', 'out_of_band_amount', 'refund_amount'] as const) {
    if ((parameters[param] ?? 0) < 0) throw parameterInvalid(param, 'Invalid non-negative integer')
  }
  return {
    refundMinor: parameters.refund_amount ?? 0,
    creditMinor: parameters.credit_amount ?? 0,
    outOfBandMinor: parameters.out_of_band_amount ?? null,
    refunds: (parameters.refunds ?? []).map((link, index) =>
      linkedRefund(context, invoice, link, `refunds[${index}]`),
    ),
  }
}

function linkedRefund(
  context: Context,
  invoice: Stripe.Invoice,
  { refund: id, type, amount_refunded: amount }: Stripe.CreditNoteCreateParams.Refund,
  at: string,
): GivenBack['refunds'][number] {
  if (type === 'payment_record_refund') throw notSupportedYet('A refund of a payment record', `${at}[type]`)
  if (id === undefined) throw parameterMissing(`${at}[refund]`)
  const refund = existing(context, 'refund', id, `${at}[refund]`)
  if (idOf(refund.charge) !== chargeOfInvoice(context, invoice.id)?.id) {
    throw parameterInvalid(`${at}[refund]`, `The refund ${id} is not of a payment of this invoice.`)
  }
  const leftMinor = unlinkedMinor(context, invoice.id, refund)
  const amountMinor = amount ?? refund.amount
  if (amountMinor < 1 || amountMinor > leftMinor) {
    throw parameterInvalid(
      `${at}[amount_refunded]`,
      `At most ${formatAmount(leftMinor, refund.currency)} of the refund ${id} can be linked to a credit note.`,
    )
  }
  return { refund, amountMinor }
}

function checkGivenBack(
  context: Context,
  invoice: Stripe.Invoice,
  givenBack: GivenBack,
  postPaymentMinor: number,
): void {
  const { refundMinor, creditMinor, outOfBandMinor, refunds } = givenBack
  const givenMinor =
    refundMinor + creditMinor + (outOfBandMinor ?? 0) + sum(refunds.map((each) => each.amountMinor))
  if (givenMinor !== postPaymentMinor) {
    throw new StripeApiError(
      `The sum of credit_amount, refund_amount, out_of_band_amount and refunds (${formatAmount(givenMinor, invoice.currency)}) must equal the post-payment amount of the credit note (${formatAmount(postPaymentMinor, invoice.currency)}).`,
    )
  }
  if (creditMinor > 0) existing(context, 'customer', idOf(invoice.customer) ?? '', 'credit_amount')
  if (refundMinor === 0) return
  const charge = chargeOfInvoice(context, invoice.id)
  const leftMinor = charge === undefined ? 0 : charge.amount_captured - charge.amount_refunded
  if (refundMinor > leftMinor) {
    throw parameterInvalid(
      'refund_amount',
      `The refund amount (${formatAmount(refundMinor, invoice.currency)}) is greater than what is left of the invoice's payment (${formatAmount(leftMinor, invoice.currency)}).`,
    )
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0)
}
