import { lineDetails } from '../invoice/parts.ts'
import { pdfOf } from '../pdf/billing-document.ts'
import { pdfAmount } from '../pdf/pdf-amount.ts'
import { type Receipt, receiptFacts, receiptSums } from './page.ts'

/** A receipt as a PDF file. */
export function receiptDocument(receipt: Receipt): Uint8Array<ArrayBuffer> {
  const { charge, hosted } = receipt
  const paid = pdfAmount(charge.amount, charge.currency)
  const lines = hosted?.invoice.lines.data ?? []
  return pdfOf({
    title: `Receipt for ${paid}`,
    heading: 'Receipt',
    status: charge.refunded ? 'Refunded' : 'Paid',
    facts: receiptFacts(receipt),
    amount: `${paid} paid`,
    lines: lines.map((line) => ({
      description: line.description ?? 'Item',
      details: lineDetails(line, pdfAmount),
      quantity: String(line.quantity ?? 1),
      amount: pdfAmount(line.amount, line.currency),
    })),
    sums: receiptSums(receipt, pdfAmount),
    notes: [],
  })
}
