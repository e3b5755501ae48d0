import type Stripe from 'stripe'
import { formatAmount } from '../../billing/currency.ts'
import { badge } from '../badge.ts'
import { formatShortDate } from '../dates.ts'
import { invoiceStatus } from '../invoice-status.ts'
import { type Html, html } from '../markup.ts'
import { paths } from '../paths.ts'

/** Finalized invoices, newest first. @param receipts invoice id → address of the receipt of its payment. */
export function invoicesSection(
  invoices: readonly Stripe.Invoice[],
  receipts: ReadonlyMap<string, string>,
): Html {
  return html`<section aria-labelledby="invoices-title"><h2 id="invoices-title">Invoice history</h2>
${invoices.length === 0 ? html`<p class="muted">There are no invoices yet.</p>` : invoiceTable(invoices, receipts)}
</section>`
}

function invoiceTable(invoices: readonly Stripe.Invoice[], receipts: ReadonlyMap<string, string>): Html {
  return html`<table class="invoices"><thead><tr><th scope="col">Date</th><th scope="col">Amount</th><th scope="col">Status</th><th scope="col">Description</th><th scope="col">Documents</th></tr></thead>
<tbody>${invoices.map((invoice) => invoiceRow(invoice, receipts.get(invoice.id)))}</tbody></table>`
}

function invoiceRow(invoice: Stripe.Invoice, receipt: string | undefined): Html {
  const status = invoiceStatus(invoice)
  const number = invoice.number ?? invoice.id
  return html`<tr><th scope="row">${formatShortDate(invoice.created)}</th>
<td>${formatAmount(invoice.total, invoice.currency)}</td>
<td>${badge(status.label, status.kind)}</td>
<td>${invoice.lines.data[0]?.description ?? number}</td>
<td><a href="${paths.invoice(invoice.id)}" aria-label="Invoice ${number}">Invoice</a>${receipt ? html` <a href="${receipt}" aria-label="Receipt of invoice ${number}">Receipt</a>` : null}</td></tr>`
}
