import type Stripe from 'stripe'
import { formatAmount } from '../../billing/currency.ts'
import type { PortalSubscription, PortalView } from '../../billing/portal.ts'
import { endsAtOnce } from '../../billing/portal-cancel.ts'
import { formatDate } from '../dates.ts'
import { type Html, html } from '../markup.ts'
import { paths } from '../paths.ts'
import { priceText } from '../price-text.ts'
import { goBack, portalShell } from './shell.ts'

/**
 * Asks before a plan is canceled, and why, where the configuration wants to know.
 * @param ownReasons the reasons in the shop's own words.
 * @param creditMinor what is given back for the time that is left, as credit.
 */
export function cancelPage(
  view: PortalView,
  plan: PortalSubscription,
  creditMinor: number,
  ownReasons: readonly Stripe.Billing.FeedbackOption[],
): Html {
  const { id } = view.session
  const feature = view.configuration.features.subscription_cancel
  const { cancellation_reason: reason } = feature
  const isAtOnce = endsAtOnce(feature, plan.subscription)
  const credit = formatAmount(creditMinor, plan.subscription.currency)
  const names = plan.items.map(({ productName }) => productName).join(' and ')
  return portalShell(view, {
    title: 'Cancel your plan',
    content: html`<section aria-labelledby="cancel-title">
<h2 id="cancel-title">Cancel ${names}?</h2>
<article class="plan">${plan.items.map(({ productName, price, quantity }) => html`${plan.items.length > 1 ? html`<h3>${productName}</h3>` : null}<p class="plan-price">${priceText(price, quantity)}</p>`)}
<p>${isAtOnce ? 'Your plan ends at once. This cannot be undone.' : html`You can use it until <b>${endText(plan)}</b>. After that it is not charged again. Until then you can change your mind here.`}</p>
${creditMinor > 0 ? html`<p>For the time that is left, <b>${credit}</b> is taken off your next invoice.</p>` : null}</article>
<form method="post" action="${paths.portalCancel(id, plan.subscription.id)}">
${reason.enabled ? reasonFields(reason.options, ownReasons) : null}
<div class="actions"><button class="button danger">Cancel plan</button>
${goBack(view)}</div>
</form></section>`,
  })
}

function reasonFields(
  options: readonly string[],
  ownReasons: readonly Stripe.Billing.FeedbackOption[],
): Html {
  return html`<fieldset class="reasons"><legend>Why are you canceling? <span class="muted">Optional</span></legend>
${options.filter(isFeedback).map((option) => html`<label><input type="radio" name="feedback" value="${option}"> ${reasonLabels[option]}</label>`)}
${ownReasons.map(({ id, description }) => html`<label><input type="radio" name="feedback" value="${id}"> ${description}</label>`)}
</fieldset>
<div class="field"><label for="field-comment">Anything else? (optional)</label>
<textarea id="field-comment" name="comment" rows="3" maxlength="500"></textarea></div>`
}

function endText({ items, subscription }: PortalSubscription): string {
  const ends = subscription.items.data.map((item) => item.current_period_end)
  return items.length > 0 && ends.length > 0 ? formatDate(Math.max(...ends)) : 'the end of the period'
}

export function isFeedback(text: string): text is Feedback {
  return Object.hasOwn(reasonLabels, text)
}

const reasonLabels = {
  too_expensive: 'It is too expensive',
  missing_features: 'I need more features',
  switched_service: 'I found an alternative',
  unused: 'I no longer need it',
  customer_service: 'Customer service was less than expected',
  too_complex: 'It is too complex',
  low_quality: 'Quality was less than expected',
  other: 'Another reason',
} as const satisfies Partial<Record<Stripe.Subscription.CancellationDetails.Feedback, string>>

type Feedback = keyof typeof reasonLabels
