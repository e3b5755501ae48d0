import type Stripe from 'stripe'
import { formatAmount } from '../../billing/currency.ts'
import { badge } from '../badge.ts'
import { brandName } from '../card-brand.ts'
import { formatDate } from '../dates.ts'
import { invoiceLines } from '../invoice/parts.ts'
import { layout } from '../layout.ts'
import { type Html, html } from '../markup.ts'
import { paths } from '../paths.ts'

export interface Receipt {
  charge: Stripe.Charge
  invoice: Stripe.Invoice | null
  refunds: Stripe.Refund[]
}

/** The receipt of a charge, with what was given back since. */
export function receiptPage({ charge, invoice, refunds }: Receipt): Html {
  const amount = formatAmount(charge.amount, charge.currency)
  const card = charge.payment_method_details?.card
  return layout({
    title: `Receipt for ${amount}`,
    shape: 'document',
    body: html`<article class="sheet">
<header class="sheet-head"><div><p class="eyebrow">Receipt</p><h1>${amount}</h1></div>${refundBadge(charge)}</header>
<dl class="facts">
<div><dt>Date paid</dt><dd>${formatDate(charge.created)}</dd></div>
${card?.brand ? html`<div><dt>Payment method</dt><dd>${brandName(card.brand)} ending in ${card.last4}</dd></div>` : null}
${(charge.receipt_email ?? charge.billing_details.email) ? html`<div><dt>Paid by</dt><dd>${charge.receipt_email ?? charge.billing_details.email}</dd></div>` : null}
${invoice ? html`<div><dt>Invoice</dt><dd><a href="${paths.invoice(invoice.id)}">${invoice.number ?? invoice.id}</a></dd></div>` : null}
<div><dt>Payment</dt><dd><code>${charge.id}</code></dd></div>
</dl>
${invoice ? invoiceLines(invoice) : null}
<dl class="totals">
${!invoice && charge.description ? html`<div><dt>${charge.description}</dt><dd>${amount}</dd></div>` : null}
<div class="due"><dt>Amount paid</dt><dd>${amount}</dd></div>
${refunds.map((refund) => html`<div><dt>Refunded on ${formatDate(refund.created)}</dt><dd>${formatAmount(-refund.amount, refund.currency)}</dd></div>`)}
</dl></article>`,
  })
}

function refundBadge(charge: Stripe.Charge): Html {
  if (charge.refunded) return badge('Refunded', 'plain')
  return charge.amount_refunded > 0 ? badge('Partly refunded', 'warn') : badge('Paid', 'good')
}
