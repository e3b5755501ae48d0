import type Stripe from 'stripe'
import { formatAmount, formatUnitAmount } from '../../billing/currency.ts'
import { type Html, html } from '../markup.ts'
import { billedText } from '../price-text.ts'
import { hostOf, safeLink } from '../safe-link.ts'
import { discountLabel, promotionCode, type TypedCode } from './promotion-code.ts'
import type { CheckoutLine, CheckoutView } from './view.ts'
import { headingOf, linePriceText, nameOf, savedNoun, totalText, trialText } from './wording.ts'

/** The left column: the way back, what is bought, the lines and the totals. */
export function orderSummary(view: CheckoutView, typed: TypedCode): Html {
  const heading = headingOf(view)
  const back = safeLink(view.session.cancel_url)
  return html`<section class="pane side" aria-labelledby="order-title">
<div class="pane-inner">
${back ? html`<a class="back" href="${back}"><span aria-hidden="true">←</span> Back<span class="to"> to ${hostOf(back)}</span></a>` : null}
<h1 id="order-title">${heading.title}</h1>
${heading.figure ? html`<p class="figure">${heading.figure}${heading.cadence ? html` <small>${heading.cadence}</small>` : null}</p>` : null}
${heading.after ? html`<p class="after">${heading.after}</p>` : null}
${view.lines.length > 0 ? orderLines(view, typed) : html`<p class="muted">Your ${savedNoun(view.session)} is saved for future payments. Nothing is charged today.</p>`}
</div>
</section>`
}

function orderLines(view: CheckoutView, typed: TypedCode): Html {
  return html`<ul class="lines">${view.lines.map((line) => orderLine(view, line))}</ul>
<dl class="totals">${view.customAmount ? addedTaxes(view) : totals(view)}</dl>
${promotionCode(view, typed)}`
}

function orderLine(view: CheckoutView, line: CheckoutLine): Html {
  const { item, product } = line
  const { price } = item
  const quantity = item.quantity ?? 1
  const isFreeForNow = price?.recurring && trialText(view) !== null
  const facts = [
    quantity > 1 ? quantityText(item, quantity) : null,
    isFreeForNow ? `Then ${linePriceText(line)}` : null,
    price?.recurring && !isFreeForNow ? recurringText(line, price.recurring) : null,
  ].filter((fact) => fact !== null)
  return html`<li>
<span class="tile" aria-hidden="true">${nameOf(line).slice(0, 1).toUpperCase()}</span>
<div class="what"><b>${nameOf(line)}</b>
${product?.description ? html`<span>${product.description}</span>` : null}
${facts.length > 0 ? html`<span>${facts.join(' · ')}</span>` : null}</div>
<span class="amount">${view.customAmount ? 'You choose' : isFreeForNow ? 'Free' : formatAmount(item.amount_subtotal, item.currency)}</span>
</li>`
}

function recurringText(line: CheckoutLine, recurring: Stripe.Price.Recurring): string {
  return recurring.usage_type === 'metered' ? linePriceText(line) : `Billed ${billedText(recurring)}`
}

/** `3 × $29.00`; `Qty 3` where the pieces have no price of their own: tiers, packages, another currency's price. */
function quantityText({ price, currency }: Stripe.LineItem, quantity: number): string {
  const unitAmount = price?.currency === currency ? price.unit_amount_decimal : null
  return unitAmount == null || price?.transform_quantity
    ? `Qty ${quantity}`
    : `${quantity} × ${formatUnitAmount(String(unitAmount), currency)}`
}

/** The amount is only typed, so a tax is named and not counted. */
function addedTaxes({ taxes }: CheckoutView): Html[] {
  return taxes.map(({ label }) => html`<div><dt>${label}</dt><dd>of your amount</dd></div>`)
}

function totals({ session, discount, taxes }: CheckoutView): Html[] {
  const currency = session.currency ?? 'usd'
  const row = (label: Html | string, amount: string, kind = '') =>
    html`<div class="${kind}"><dt>${label}</dt><dd>${amount}</dd></div>`
  return [
    row('Subtotal', formatAmount(session.amount_subtotal ?? 0, currency)),
    ...(discount ? [row(discountLabel(discount), `−${formatAmount(discount.amountMinor, currency)}`)] : []),
    ...taxes.map(({ label, amountMinor }) => row(label, formatAmount(amountMinor, currency))),
    row(session.mode === 'subscription' ? 'Total due today' : 'Total', totalText(session), 'due'),
  ]
}
