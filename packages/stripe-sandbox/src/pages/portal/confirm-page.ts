import type Stripe from 'stripe'
import { formatAmount } from '../../billing/currency.ts'
import type { PlanQuote } from '../../billing/plan-quote.ts'
import type { PortalSubscription, PortalView } from '../../billing/portal.ts'
import { formatDate } from '../dates.ts'
import { type Html, html } from '../markup.ts'
import { paths } from '../paths.ts'
import { priceText } from '../price-text.ts'
import { cardOf } from './card-of.ts'
import { couponText } from './coupon-text.ts'
import { goBack, portalShell } from './shell.ts'
import { nameText, planText } from './update-page.ts'

/** What a change costs now and next time, before it is made. */
export function confirmPage(
  view: PortalView,
  plan: PortalSubscription,
  state: { quote: PlanQuote; code: string; problem: string | null },
): Html {
  const { quote, problem } = state
  const { option, quantity, dueMinor, currency } = quote
  const { id } = view.session
  const card = cardOf(view, plan.subscription)
  const due = formatAmount(dueMinor, currency)
  const isPayable = dueMinor === 0 || card !== null
  return portalShell(view, {
    title: `${problem ? 'Error: ' : ''}Confirm your change`,
    content: html`<section aria-labelledby="confirm-title"><h2 id="confirm-title">Confirm your change</h2>
${problem ? html`<p class="problem" role="alert">${problem}</p>` : null}
<dl class="facts"><div><dt>Until now</dt><dd>${planText(plan)}</dd></div>
<div><dt>${quote.scheduledFor === null ? 'From now on' : `From ${formatDate(quote.scheduledFor)}`}</dt><dd><b>${nameText(option.productName, quantity)}</b> at ${priceText(option.price, quantity)}</dd></div>
${quote.redemption ? html`<div><dt>Discount</dt><dd>${couponText(quote.redemption.coupon)}</dd></div>` : null}
${card ? html`<div><dt>Paid with</dt><dd>${card}</dd></div>` : null}</dl>
${quote.scheduledFor === null ? null : html`<p>You keep what you have until then. After you confirm, the plan cannot be changed or canceled here before that day.</p>`}
${quote.endsTrial ? html`<p>Your free trial ends with this change.</p>` : null}
<h3 id="due-title">Due today</h3>
${quote.invoice ? bill(quote.invoice, { labelledBy: 'due-title', last: 'Due today' }) : html`<p>Nothing is charged today.</p>`}
<h3 id="next-title">Next payment</h3>
${nextPayment(quote)}
<form method="post" action="${paths.portalConfirm(id, plan.subscription.id)}">
${hidden({ price: option.price.id, quantity, code: state.code, due: dueMinor, next: quote.next?.dueMinor ?? '', at: quote.quotedAt })}
<div class="actions">${isPayable ? html`<button class="button">${dueMinor > 0 ? `Pay ${due} and change plan` : 'Change plan'}</button>` : null}
${(card === null || problem) && view.configuration.features.payment_method_update.enabled ? html`<a class="button quiet" href="${paths.portalCards(id)}">Add payment method</a>` : null}
${view.flow?.type === 'subscription_update_confirm' ? goBack(view) : html`<a class="button quiet" href="${paths.portalUpdate(id, plan.subscription.id)}">Go back</a>`}</div>
</form></section>`,
  })
}

function nextPayment({ next, currency }: PlanQuote): Html {
  if (next === null) return html`<p>There is none.</p>`
  const { invoice } = next
  const text = html`<p>${formatAmount(next.dueMinor, currency)} on ${formatDate(next.dueAt)}.</p>`
  const isPlain =
    invoice.lines.data.length === 1 && invoice.total === next.dueMinor && invoice.subtotal === invoice.total
  return isPlain
    ? text
    : html`${text}${bill(invoice, { labelledBy: 'next-title', last: `Due on ${formatDate(next.dueAt)}` })}`
}

/** The lines of an invoice that is to come, and what they come to. */
function bill(invoice: Stripe.Invoice, { labelledBy, last }: { labelledBy: string; last: string }): Html {
  const money = (amountMinor: number) => formatAmount(amountMinor, invoice.currency)
  const balance = invoice.amount_due - invoice.total
  const sums: [string, number][] = [
    ...sumOf('Discount', -total(invoice.total_discount_amounts)),
    ...sumOf('Tax', total(invoice.total_taxes)),
    ...(balance < 0 ? [['Paid from your credit', balance] satisfies [string, number]] : []),
    ...(balance > 0 && invoice.total >= 0 ? [['Owed from before', balance] satisfies [string, number]] : []),
    ...(balance > 0 && invoice.total < 0 ? [['Kept as credit', balance] satisfies [string, number]] : []),
  ]
  return html`<table class="bill" aria-labelledby="${labelledBy}"><thead><tr><th scope="col">Description</th><th scope="col">Amount</th></tr></thead>
<tbody>${invoice.lines.data.map(({ description, amount }) => html`<tr><th scope="row">${description ?? 'Item'}</th><td>${money(amount)}</td></tr>`)}
${sums.map(([label, amount]) => html`<tr><th scope="row">${label}</th><td>${money(amount)}</td></tr>`)}</tbody>
<tfoot><tr><th scope="row">${last}</th><td>${money(invoice.amount_due)}</td></tr></tfoot></table>`
}

function sumOf(label: string, amountMinor: number): [string, number][] {
  return amountMinor === 0 ? [] : [[label, amountMinor]]
}

function total(amounts: readonly { amount: number }[] | null): number {
  return (amounts ?? []).reduce((sum, { amount }) => sum + amount, 0)
}

function hidden(fields: Record<string, string | number>): Html[] {
  return Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )
}
