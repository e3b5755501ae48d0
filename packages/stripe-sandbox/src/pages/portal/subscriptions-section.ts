import { formatAmount } from '../../billing/currency.ts'
import type { PortalSubscription, PortalView } from '../../billing/portal.ts'
import { type BadgeKind, badge } from '../badge.ts'
import { formatDate } from '../dates.ts'
import { type Html, html } from '../markup.ts'
import { paths } from '../paths.ts'
import { priceText } from '../price-text.ts'
import { cardOf } from './card-of.ts'

/** The live plans, each with what happens next and what can be done about it. */
export function subscriptionsSection(view: PortalView): Html {
  const { subscriptions } = view
  return html`<section aria-labelledby="plans-title">
<h2 id="plans-title">${subscriptions.length > 1 ? 'Current subscriptions' : 'Current subscription'}</h2>
${subscriptions.length === 0 ? html`<p class="muted">There is no active subscription.</p>` : subscriptions.map((plan) => planBlock(view, plan))}
</section>`
}

function planBlock(view: PortalView, plan: PortalSubscription): Html {
  const { subscription } = plan
  const status = statuses[subscription.status] ?? { label: subscription.status, kind: 'plain' }
  const card = cardOf(view, subscription)
  return html`<article class="plan">
<div class="plan-head"><div>${plan.items.map(
    ({ productName, price, quantity }) =>
      html`<h3>${productName}${quantity > 1 ? html` <small>× ${quantity}</small>` : null}</h3><p class="plan-price">${priceText(price, quantity)}</p>`,
  )}</div>
${plan.endsAt === null ? badge(status.label, status.kind) : badge(`Cancels ${formatDate(plan.endsAt)}`, 'warn')}</div>
${overdue(plan) ?? html`<p>${nextText(plan)}</p>`}
${plan.changesAt === null ? null : html`<p>A change is planned for ${formatDate(plan.changesAt)}. Until then it cannot be changed or canceled here.</p>`}
${card ? html`<p class="muted">Paid with ${card}</p>` : null}
${actions(view, plan)}
</article>`
}

/** A payment that failed or never came is made up for at the invoice's own page. */
function overdue({ unpaidInvoice }: PortalSubscription): Html | null {
  if (unpaidInvoice === null) return null
  return html`<p>The last payment did not go through. <a href="${paths.invoice(unpaidInvoice)}">Pay the open invoice</a></p>`
}

function nextText({ subscription, nextInvoice, endsAt, resumesAt }: PortalSubscription): string {
  if (endsAt !== null) return `Your plan is canceled and stays usable until ${formatDate(endsAt)}.`
  if (resumesAt !== null)
    return `Your plan is paused until ${formatDate(resumesAt)}. Then it is charged again.`
  if (subscription.status === 'paused') return 'Your plan is paused. Nothing is charged until it goes on.'
  if (!nextInvoice) return 'There is no next payment.'
  const amount = formatAmount(nextInvoice.amountMinor, nextInvoice.currency)
  return subscription.status === 'trialing'
    ? `Your free trial ends on ${formatDate(nextInvoice.dueAt)}; then ${amount} is charged.`
    : `Your plan renews on ${formatDate(nextInvoice.dueAt)} for ${amount}.`
}

function actions(
  view: PortalView,
  { subscription, endsAt, canCancel, canPause, canResume, options }: PortalSubscription,
): Html | null {
  const { id } = view.session
  if (endsAt !== null) {
    return canCancel
      ? html`<form method="post" action="${paths.portalRenew(id, subscription.id)}" class="actions">
<button class="button">Don't cancel plan</button></form>`
      : null
  }
  if (!canCancel && !canPause && !canResume && options.length === 0) return null
  return html`<div class="actions">
${canResume ? html`<form method="post" action="${paths.portalResume(id, subscription.id)}"><button class="button">Resume plan</button></form>` : null}
${options.length > 0 ? html`<a class="button" href="${paths.portalUpdate(id, subscription.id)}">Update plan</a>` : null}
${canPause ? html`<a class="button quiet" href="${paths.portalPause(id, subscription.id)}">Pause plan</a>` : null}
${canCancel ? html`<a class="button quiet" href="${paths.portalCancel(id, subscription.id)}">Cancel plan</a>` : null}</div>`
}

const statuses: Record<string, { label: string; kind: BadgeKind }> = {
  active: { label: 'Active', kind: 'good' },
  trialing: { label: 'Free trial', kind: 'good' },
  past_due: { label: 'Past due', kind: 'bad' },
  unpaid: { label: 'Unpaid', kind: 'bad' },
  incomplete: { label: 'Payment incomplete', kind: 'bad' },
  paused: { label: 'Paused', kind: 'plain' },
}
