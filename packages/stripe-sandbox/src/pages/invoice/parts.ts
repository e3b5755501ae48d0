import type Stripe from 'stripe'
import { formatAmount } from '../../billing/currency.ts'
import type { InvoiceAdjustment } from '../../billing/invoice-adjustments.ts'
import { formatDate, formatShortDate } from '../dates.ts'
import { type Html, html } from '../markup.ts'

/** Number, dates and who is billed. */
export function invoiceFacts(invoice: Stripe.Invoice): Html {
  const billedTo = [invoice.customer_name, invoice.customer_email].filter((part) => part).join(', ')
  return html`<dl class="facts">
<div><dt>Invoice number</dt><dd>${invoice.number ?? invoice.id}</dd></div>
<div><dt>Date of issue</dt><dd>${formatDate(invoice.effective_at ?? invoice.created)}</dd></div>
<div><dt>Billed to</dt><dd>${billedTo || 'Not given'}</dd></div>
</dl>`
}

/** What is charged, with the service period of each line. */
export function invoiceLines(invoice: Stripe.Invoice): Html {
  return html`<table class="sheet-lines"><thead><tr><th scope="col">Description</th><th scope="col">Qty</th><th scope="col">Amount</th></tr></thead>
<tbody>${invoice.lines.data.map(
    (
      line,
    ) => html`<tr><th scope="row">${line.description ?? 'Item'}${periodText(line) ? html`<small>${periodText(line)}</small>` : null}</th>
<td>${line.quantity ?? 1}</td><td>${formatAmount(line.amount, line.currency)}</td></tr>`,
  )}</tbody></table>`
}

/** `Nov 23, 2026 – Dec 23, 2026`; null for a line without a span of time. */
export function periodText({ period }: Stripe.InvoiceLineItem): string | null {
  return period.end > period.start
    ? `${formatShortDate(period.start)} – ${formatShortDate(period.end)}`
    : null
}

export function invoiceTotals(invoice: Stripe.Invoice, adjustments: readonly InvoiceAdjustment[]): Html {
  return html`<dl class="totals">${invoiceSums(invoice, adjustments).map(
    ({ label, amount, isLast }) =>
      html`<div class="${isLast ? 'due' : ''}"><dt>${label}</dt><dd>${amount}</dd></div>`,
  )}</dl>`
}

/** The sums below the lines, from subtotal to what is left to pay. */
export function invoiceSums(
  invoice: Stripe.Invoice,
  adjustments: readonly InvoiceAdjustment[],
): { label: string; amount: string; isLast: boolean }[] {
  const { currency } = invoice
  const sum = (label: string, amountMinor: number, isLast = false) => ({
    label,
    amount: formatAmount(amountMinor, currency),
    isLast,
  })
  return [
    sum('Subtotal', invoice.subtotal),
    ...adjustments.map(({ label, amountMinor }) => sum(label, amountMinor)),
    sum('Total', invoice.total),
    ...(invoice.amount_paid > 0 ? [sum('Amount paid', invoice.amount_paid)] : []),
    sum('Amount due', invoice.status === 'void' ? 0 : invoice.amount_remaining, true),
  ]
}
