import type { HostedInvoice } from '../../billing/hosted-invoice.ts'
import { invoiceStatus } from '../invoice-status.ts'
import { pdfOf } from '../pdf/billing-document.ts'
import { pdfAmount } from '../pdf/pdf-amount.ts'
import { creditNoteText, invoiceFacts, lineDetails } from './parts.ts'
import { invoiceSums } from './sums.ts'

/** An invoice as a PDF file. */
export function invoiceDocument(hosted: HostedInvoice): Uint8Array<ArrayBuffer> {
  const { invoice, creditNotes } = hosted
  const notes = creditNotes.map((note) => creditNoteText(note, pdfAmount)).join('\n')
  return pdfOf({
    title: `Invoice ${invoice.number ?? invoice.id}`,
    heading: 'Invoice',
    status: invoiceStatus(invoice).label,
    facts: invoiceFacts(invoice),
    amount: headline(hosted),
    lines: invoice.lines.data.map((line) => ({
      description: line.description ?? 'Item',
      details: lineDetails(line, pdfAmount),
      quantity: String(line.quantity ?? 1),
      amount: pdfAmount(line.amount, line.currency),
    })),
    sums: invoiceSums(hosted, pdfAmount),
    notes: [
      ...(invoice.description ? [{ heading: null, text: invoice.description }] : []),
      ...(notes === '' ? [] : [{ heading: 'Credit notes', text: notes }]),
      ...(invoice.footer ? [{ heading: null, text: invoice.footer }] : []),
    ],
  })
}

function headline({ invoice }: HostedInvoice): string {
  const amount = (minor: number): string => pdfAmount(minor, invoice.currency)
  return invoice.status === 'open' || invoice.status === 'uncollectible'
    ? `${amount(invoice.amount_remaining)} due`
    : `${amount(invoice.total)} total`
}
