import type Stripe from 'stripe'
import { formatDate } from '../dates.ts'
import { type DocumentSum, pdfOf } from '../pdf/billing-document.ts'
import { pdfAmount } from '../pdf/pdf-amount.ts'

/** A credit note as a PDF file. */
export function creditNoteDocument(
  note: Stripe.CreditNote,
  invoice: Stripe.Invoice,
): Uint8Array<ArrayBuffer> {
  return pdfOf({
    title: `Credit note ${note.number}`,
    heading: 'Credit note',
    status: note.status === 'void' ? 'Void' : 'Issued',
    facts: [
      ['Credit note', note.number],
      ['Invoice number', invoice.number ?? invoice.id],
      ['Date of issue', formatDate(note.effective_at ?? note.created)],
      ['From', invoice.account_name ?? 'Sandbox'],
      ['Billed to', [invoice.customer_name, invoice.customer_email].filter((part) => part).join(', ')],
    ],
    amount: `${pdfAmount(note.total, note.currency)} credited`,
    lines: note.lines.data.map((line) => ({
      description: line.description ?? 'Credit',
      details: [],
      quantity: line.quantity === null ? '' : String(line.quantity),
      amount: pdfAmount(line.amount, note.currency),
    })),
    sums: sums(note),
    notes: note.memo === null ? [] : [{ heading: null, text: note.memo }],
  })
}

function sums(note: Stripe.CreditNote): DocumentSum[] {
  const tax = (note.total_taxes ?? []).reduce((total, { amount }) => total + amount, 0)
  const refunded = note.refunds.reduce((total, refund) => total + refund.amount_refunded, 0)
  const outOfBand = note.out_of_band_amount ?? 0
  const sum = (label: string, amountMinor: number, isLast = false): DocumentSum[] =>
    amountMinor === 0 && !isLast ? [] : [{ label, amount: pdfAmount(amountMinor, note.currency), isLast }]
  return [
    ...sum('Subtotal', note.subtotal),
    ...sum('Discount', -note.discount_amount),
    ...sum('Tax', tax),
    ...sum('Total credited', note.total, true),
    ...sum('Taken off the invoice', note.pre_payment_amount),
    ...sum('Refunded', refunded),
    ...sum('Credited to the balance', note.post_payment_amount - refunded - outOfBand),
    ...sum('Given back otherwise', outOfBand),
  ]
}
