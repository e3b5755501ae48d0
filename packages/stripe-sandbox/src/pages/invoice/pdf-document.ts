import type Stripe from 'stripe'
import { formatAmount } from '../../billing/currency.ts'
import { formatDate } from '../dates.ts'
import { invoiceStatus } from '../invoice-status.ts'
import { pdfOf } from '../pdf/billing-document.ts'
import { invoiceSums, periodText } from './parts.ts'

/** An invoice as a PDF file. */
export function invoiceDocument(invoice: Stripe.Invoice): Uint8Array<ArrayBuffer> {
  return pdfOf({
    title: `Invoice ${invoice.number ?? invoice.id}`,
    heading: 'Invoice',
    status: invoiceStatus(invoice).label,
    facts: facts(invoice),
    amount: `${formatAmount(invoice.total, invoice.currency)} total`,
    lines: invoice.lines.data.map((line) => ({
      description: line.description ?? 'Item',
      details: [periodText(line)].filter((text) => text !== null),
      quantity: String(line.quantity ?? 1),
      amount: formatAmount(line.amount, line.currency),
    })),
    sums: invoiceSums(invoice),
    notes: [],
  })
}

function facts(invoice: Stripe.Invoice): [string, string][] {
  const paidAt = invoice.status_transitions.paid_at
  return [
    ['Invoice number', invoice.number ?? invoice.id],
    ['Date of issue', formatDate(invoice.effective_at ?? invoice.created)],
    ...(paidAt === null ? [] : [['Date paid', formatDate(paidAt)] satisfies [string, string]]),
    ['From', invoice.account_name ?? 'Sandbox'],
    ['Billed to', [invoice.customer_name, invoice.customer_email].filter((part) => part).join(', ')],
  ]
}
