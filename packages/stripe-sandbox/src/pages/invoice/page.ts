import type Stripe from 'stripe'
import { formatAmount } from '../../billing/currency.ts'
import type { InvoiceAdjustment } from '../../billing/invoice-adjustments.ts'
import { badge } from '../badge.ts'
import { cardFields } from '../card-fields.ts'
import { formatDate } from '../dates.ts'
import type { FieldErrors } from '../field.ts'
import { invoiceStatus } from '../invoice-status.ts'
import { layout } from '../layout.ts'
import { type Html, html } from '../markup.ts'
import { paths } from '../paths.ts'
import { testCardList } from '../test-card-list.ts'
import { invoiceFacts, invoiceLines, invoiceTotals } from './parts.ts'

export interface InvoicePageState {
  adjustments: readonly InvoiceAdjustment[]
  errors: FieldErrors
  name: string
  /** Shown above the form: what is not about one field. */
  problem: string | null
  /** Unix seconds. */
  now: number
}

/** The hosted page of a finalized invoice, with a card form while it is open. */
export function invoicePage(
  invoice: Stripe.Invoice,
  charges: readonly Stripe.Charge[],
  state: InvoicePageState,
): Html {
  const status = invoiceStatus(invoice)
  const paid = charges.find((charge) => charge.status === 'succeeded')
  const hasErrors = state.problem !== null || Object.keys(state.errors).length > 0
  return layout({
    title: `${hasErrors ? 'Error: ' : ''}Invoice ${invoice.number ?? invoice.id}`,
    shape: 'document',
    body: html`<article class="sheet">
<header class="sheet-head"><div><p class="eyebrow">Invoice from ${invoice.account_name ?? 'Sandbox'}</p>
<h1>${formatAmount(invoice.total, invoice.currency)}</h1></div>${badge(status.label, status.kind)}</header>
<p>${stateText(invoice)}</p>
<p class="actions print-hidden"><a class="button quiet" href="${paths.invoicePdf(invoice.id)}" download>Download PDF</a>
${paid ? html`<a class="button quiet" href="${paths.receipt(paid.id)}">View receipt</a>` : null}</p>
${invoiceFacts(invoice)}
${invoiceLines(invoice)}
${invoiceTotals(invoice, state.adjustments)}
${invoice.status === 'open' && invoice.amount_remaining > 0 ? paymentForm(invoice, state) : null}
</article>`,
  })
}

function stateText(invoice: Stripe.Invoice): string {
  const { paid_at: paidAt, voided_at: voidedAt } = invoice.status_transitions
  if (invoice.status === 'paid') return paidAt ? `Paid on ${formatDate(paidAt)}.` : 'Paid.'
  if (invoice.status === 'void')
    return voidedAt ? `Voided on ${formatDate(voidedAt)}: nothing is due.` : 'Void: nothing is due.'
  if (invoice.status === 'uncollectible') return 'Marked as uncollectible.'
  return invoice.due_date ? `Due on ${formatDate(invoice.due_date)}.` : 'Due now.'
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
