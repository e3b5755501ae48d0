import type Stripe from 'stripe'
import { formatAmount } from '../../billing/currency.ts'
import type { HostedInvoice } from '../../billing/hosted-invoice.ts'
import { badge } from '../badge.ts'
import { cardFields } from '../card-fields.ts'
import { formatDate } from '../dates.ts'
import type { FieldErrors } from '../field.ts'
import { invoiceStatus } from '../invoice-status.ts'
import { layout } from '../layout.ts'
import { type Html, html } from '../markup.ts'
import { paths } from '../paths.ts'
import { testCardList } from '../test-card-list.ts'
import { creditNoteList, factList, invoiceFacts, invoiceLines, invoiceTotals, prose } from './parts.ts'

export interface InvoicePageState {
  errors: FieldErrors
  name: string
  /** Shown above the form: what is not about one field. */
  problem: string | null
  /** Unix seconds. */
  now: number
}

/** The hosted page of a finalized invoice, with a card form while it is open. */
export function invoicePage(hosted: HostedInvoice, state: InvoicePageState): Html {
  const { invoice } = hosted
  const status = invoiceStatus(invoice, state.now)
  const hasErrors = state.problem !== null || Object.keys(state.errors).length > 0
  const isOwed = invoice.status === 'open' && invoice.amount_remaining > 0
  return layout({
    title: `${hasErrors ? 'Error: ' : ''}Invoice ${invoice.number ?? invoice.id}`,
    shape: 'document',
    body: html`<article class="sheet">
<header class="sheet-head"><div><p class="eyebrow">Invoice from ${invoice.account_name ?? 'Sandbox'}</p>
<h1>${formatAmount(isOwed ? invoice.amount_remaining : invoice.total, invoice.currency)}</h1></div>${badge(status.label, status.kind)}</header>
<p>${stateText(hosted, state.now)}</p>
${papers(hosted)}
${factList(invoiceFacts(invoice))}
${prose(invoice.description)}
${invoiceLines(invoice)}
${invoiceTotals(hosted)}
${creditNoteList(hosted)}
${prose(invoice.footer)}
${isOwed && !hosted.isBeingDebited ? paymentForm(invoice, state) : null}
</article>`,
  })
}

function papers({ invoice, charges }: HostedInvoice): Html {
  const paid = charges.find((charge) => charge.status === 'succeeded')
  return html`<p class="actions print-hidden"><a class="button quiet" href="${paths.invoicePdf(invoice.id)}" download>Download PDF</a>
${
  paid
    ? html`<a class="button quiet" href="${paths.receipt(paid.id)}">View receipt</a>
<a class="button quiet" href="${paths.receiptPdf(paid.id)}" download>Download receipt</a>`
    : null
}</p>`
}

function stateText({ invoice, isBeingDebited }: HostedInvoice, now: number): string {
  const { paid_at: paidAt, voided_at: voidedAt } = invoice.status_transitions
  switch (invoice.status) {
    case 'paid':
      return `Paid${paidAt === null ? '' : ` on ${formatDate(paidAt)}`}${wayOf(invoice)}.`
    case 'void':
      return `Voided${voidedAt === null ? '' : ` on ${formatDate(voidedAt)}`}: nothing is due.`
    case 'uncollectible':
      return 'Marked as uncollectible: it can no longer be paid here.'
    default:
      if (isBeingDebited)
        return 'A bank payment is on its way: nothing is to be done until the bank has answered.'
      if (invoice.due_date === null) return 'Due now.'
      return invoice.due_date < now
        ? `Overdue: it was due on ${formatDate(invoice.due_date)}.`
        : `Due on ${formatDate(invoice.due_date)}.`
  }
}

function wayOf(invoice: Stripe.Invoice): string {
  return (invoice.amount_paid_off_stripe ?? 0) > 0 ? ', outside of this page' : ''
}

function paymentForm(invoice: Stripe.Invoice, state: InvoicePageState): Html {
  return html`<section class="print-hidden" aria-labelledby="pay-title"><h2 id="pay-title">Pay this invoice</h2>
${state.problem ? html`<p class="problem" role="alert">${state.problem}</p>` : null}
<form class="narrow" method="post" action="${paths.invoice(invoice.id)}" data-card-form>
${testCardList()}
${cardFields(state)}
<button class="button pay" type="submit">Pay ${formatAmount(invoice.amount_remaining, invoice.currency)}</button>
</form></section>`
}
