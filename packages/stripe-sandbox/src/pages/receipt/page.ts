import type Stripe from 'stripe'
import { formatAmount } from '../../billing/currency.ts'
import type { HostedInvoice } from '../../billing/hosted-invoice.ts'
import { badge } from '../badge.ts'
import { brandName } from '../card-brand.ts'
import { formatDate } from '../dates.ts'
import { factList, invoiceLines } from '../invoice/parts.ts'
import type { FormatAmount, Sum } from '../invoice/sums.ts'
import { invoiceSums } from '../invoice/sums.ts'
import { layout } from '../layout.ts'
import { type Html, html } from '../markup.ts'
import { paths } from '../paths.ts'

export interface Receipt {
  charge: Stripe.Charge
  /** The invoice that the charge paid; null for a payment without one. */
  hosted: HostedInvoice | null
  /** Oldest first. */
  refunds: Stripe.Refund[]
}

/** The receipt of a charge, with what was given back since. */
export function receiptPage(receipt: Receipt): Html {
  const { charge, hosted } = receipt
  const amount = formatAmount(charge.amount, charge.currency)
  return layout({
    title: `Receipt for ${amount}`,
    shape: 'document',
    body: html`<article class="sheet">
<header class="sheet-head"><div><p class="eyebrow">Receipt</p><h1>${amount}</h1></div>${refundBadge(charge)}</header>
<p class="actions print-hidden"><a class="button quiet" href="${paths.receiptPdf(charge.id)}" download>Download PDF</a>
${hosted ? html`<a class="button quiet" href="${paths.invoice(hosted.invoice.id)}">View invoice</a>` : null}</p>
${factList(receiptFacts(receipt))}
${hosted ? invoiceLines(hosted.invoice) : null}
<dl class="totals">${receiptSums(receipt).map(
      ({ label, amount: text, isLast }) =>
        html`<div class="${isLast ? 'due' : ''}"><dt>${label}</dt><dd>${text}</dd></div>`,
    )}</dl></article>`,
  })
}

export function receiptFacts({ charge, hosted }: Receipt): [label: string, value: string][] {
  const card = charge.payment_method_details?.card
  const facts: [string, string | null][] = [
    ['Date paid', formatDate(charge.created)],
    ['Payment method', card?.brand ? `${brandName(card.brand)} ending in ${card.last4}` : null],
    ['Paid by', charge.receipt_email ?? charge.billing_details.email],
    ['Invoice', hosted && (hosted.invoice.number ?? hosted.invoice.id)],
    ['Payment', charge.id],
  ]
  return facts.flatMap(([label, value]) => (value === null ? [] : [[label, value]]))
}

/** From what was bought to what was paid, and what came back. */
export function receiptSums(receipt: Receipt, format: FormatAmount = formatAmount): Sum[] {
  const { charge, hosted, refunds } = receipt
  const amount = format(charge.amount, charge.currency)
  const bought = hosted
    ? invoiceSums(hosted, format).filter(({ label, isLast }) => !isLast && label !== 'Amount paid')
    : [{ label: charge.description ?? 'Payment', amount, isLast: false }]
  return [
    ...bought,
    { label: 'Amount paid', amount, isLast: true },
    ...refunds.map((refund) => ({
      label: `Refunded on ${formatDate(refund.created)}`,
      amount: format(-refund.amount, refund.currency),
      isLast: false,
    })),
  ]
}

function refundBadge(charge: Stripe.Charge): Html {
  if (charge.refunded) return badge('Refunded', 'plain')
  return charge.amount_refunded > 0 ? badge('Partly refunded', 'warn') : badge('Paid', 'good')
}
