import type Stripe from 'stripe'
import { formatAmount } from '../../billing/currency.ts'
import type { HostedInvoice } from '../../billing/hosted-invoice.ts'
import { addressLines } from '../address-lines.ts'
import { formatDate, formatShortDate } from '../dates.ts'
import { type Html, html } from '../markup.ts'
import { paths } from '../paths.ts'
import { type FormatAmount, invoiceSums } from './sums.ts'

/** Number, dates, who is billed, and what the seller added: the same on the page and on paper. */
export function invoiceFacts(invoice: Stripe.Invoice): [label: string, value: string][] {
  const paidAt = invoice.status_transitions.paid_at
  const billedTo = [
    invoice.customer_name,
    invoice.customer_email,
    ...addressLines(invoice.customer_address),
    invoice.customer_phone,
    ...(invoice.customer_tax_ids ?? []).map(
      ({ type, value }) => `${type.replaceAll('_', ' ').toUpperCase()} ${value}`,
    ),
  ]
  const facts: [string, string | null][] = [
    ['Invoice number', invoice.number ?? invoice.id],
    ['Date of issue', formatDate(invoice.effective_at ?? invoice.created)],
    ['Date due', invoice.due_date === null ? null : formatDate(invoice.due_date)],
    ['Date paid', paidAt === null ? null : formatDate(paidAt)],
    ['From', invoice.account_name ?? 'Sandbox'],
    ['Billed to', billedTo.filter((part) => part).join('\n') || 'Not given'],
    ...(invoice.custom_fields ?? []).map(({ name, value }): [string, string] => [name, value]),
  ]
  return facts.flatMap(([label, value]) => (value === null ? [] : [[label, value]]))
}

export function factList(facts: readonly (readonly [label: string, value: string])[]): Html {
  return html`<dl class="facts">${facts.map(
    ([label, value]) =>
      html`<div><dt>${label}</dt><dd>${value
        .split('\n')
        .map((line, index) => html`${index > 0 ? html`<br>` : null}${line}`)}</dd></div>`,
  )}</dl>`
}

/** What is charged, with the service period of each line. */
export function invoiceLines(invoice: Stripe.Invoice): Html {
  if (invoice.lines.data.length === 0) return html`<p class="muted">This invoice has no lines.</p>`
  return html`<table class="sheet-lines"><thead><tr><th scope="col">Description</th><th scope="col">Qty</th><th scope="col">Amount</th></tr></thead>
<tbody>${invoice.lines.data.map(
    (
      line,
    ) => html`<tr><th scope="row">${line.description ?? 'Item'}${lineDetails(line).map((text) => html`<small>${text}</small>`)}</th>
<td>${line.quantity ?? 1}</td><td>${formatAmount(line.amount, line.currency)}</td></tr>`,
  )}</tbody></table>`
}

/** Below a line: its service period, what one of several costs. */
export function lineDetails(line: Stripe.InvoiceLineItem, format: FormatAmount = formatAmount): string[] {
  const { period, quantity } = line
  const unitMinor = Number(line.pricing?.unit_amount_decimal ?? Number.NaN)
  const isOfUnits = quantity !== null && quantity > 1 && unitMinor * quantity === line.amount
  return [
    ...(period.end > period.start
      ? [`${formatShortDate(period.start)} – ${formatShortDate(period.end)}`]
      : []),
    ...(isOfUnits && Number.isInteger(unitMinor) ? [`${format(unitMinor, line.currency)} each`] : []),
  ]
}

export function invoiceTotals(hosted: HostedInvoice): Html {
  return html`<dl class="totals">${invoiceSums(hosted).map(
    ({ label, amount, isLast }) =>
      html`<div class="${isLast ? 'due' : ''}"><dt>${label}</dt><dd>${amount}</dd></div>`,
  )}</dl>`
}

/** What was credited of an invoice, with the papers that say so. */
export function creditNoteList({ creditNotes }: HostedInvoice): Html | null {
  if (creditNotes.length === 0) return null
  return html`<section aria-labelledby="credit-notes-title"><h2 id="credit-notes-title">Credit notes</h2>
<ul class="papers">${creditNotes.map(
    (note) => html`<li><span>${creditNoteText(note)}</span>
<a class="print-hidden" href="${paths.creditNotePdf(note.id)}" download aria-label="PDF of credit note ${note.number}">PDF</a></li>`,
  )}</ul></section>`
}

/** `C1-0001-CN-01 of May 1, 2027: $10.00, $4.00 refunded`. */
export function creditNoteText(note: Stripe.CreditNote, format: FormatAmount = formatAmount): string {
  const refundedMinor = note.refunds.reduce((sum, refund) => sum + refund.amount_refunded, 0)
  const amount = (minor: number): string => format(minor, note.currency)
  const isAllRefunded = refundedMinor === note.total
  const refunded =
    refundedMinor === 0 ? '' : isAllRefunded ? ', refunded' : `, ${amount(refundedMinor)} refunded`
  return `${note.number} of ${formatShortDate(note.effective_at ?? note.created)}: ${amount(note.total)}${refunded}`
}

/** The seller's own words: a paragraph for each line. */
export function prose(text: string | null): Html | null {
  return text === null || text.trim() === ''
    ? null
    : html`<div class="prose">${text.split('\n').map((line) => html`<p>${line}</p>`)}</div>`
}
