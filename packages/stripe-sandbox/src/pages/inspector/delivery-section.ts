import type Stripe from 'stripe'
import type { Delivery, DeliveryAttempt } from '../../events/delivery.ts'
import { listensTo, type Recipient, recipient, recipients } from '../../events/recipient.ts'
import { type Html, html } from '../markup.ts'
import { deliveryBadge, deliveryState } from './delivery-state.ts'
import type { Inspection } from './inspection.ts'
import { inspectorPaths } from './inspector-paths.ts'
import { durationText, fullTime } from './times.ts'

/** How the news of an event came to each endpoint: every attempt, what was answered, what comes next. */
export function deliverySection({ context: { store } }: Inspection, event: Stripe.Event): Html {
  const deliveries = [...store.where('delivery', 'event', event.id)]
  const listening = recipients(store).filter((to) => to.payload === 'snapshot' && listensTo(to, event.type))
  return html`<section aria-labelledby="deliveries-title"><h3 id="deliveries-title">Deliveries</h3>
${deliveries.length === 0 ? html`<p class="empty">No endpoint asked for events of this type when it was made.</p>` : deliveries.map((delivery) => deliveryView(delivery, recipient(store, delivery.endpointId)))}
${listening.map((endpoint) => resendForm(event, endpoint))}</section>`
}

function deliveryView(delivery: Delivery, endpoint: Recipient | undefined): Html {
  const { attempts, nextAttemptAtMs } = delivery
  return html`<article class="delivery" id="${delivery.id}">
<p class="delivery-head"><span class="endpoint">${endpoint?.url ?? delivery.endpointId}</span> ${deliveryBadge(deliveryState(delivery))}</p>
${nextAttemptAtMs !== null && attempts.length > 0 ? html`<p class="next">Next attempt ${fullTime(nextAttemptAtMs)} UTC</p>` : null}
${attempts.length > 0 ? html`<ol class="attempts" reversed>${attempts.toReversed().map((attempt) => attemptView(attempt))}</ol>` : null}
</article>`
}

function attemptView({ at, status, error, tookMs, answer = '' }: DeliveryAttempt): Html {
  const isGood = status !== null && status >= 200 && status < 300
  return html`<li class="attempt"><p><span class="status ${isGood ? 'good' : 'bad'}">${status ?? 'no answer'}</span> ${fullTime(at * 1000)}${
    tookMs === undefined ? null : html` <span class="muted">after ${durationText(tookMs)}</span>`
  }</p>
${error === null ? null : html`<p class="reason">${error}</p>`}
${answer === '' ? null : html`<pre class="excerpt" tabindex="0"><code>${answer}</code></pre>`}</li>`
}

function resendForm(event: Stripe.Event, endpoint: Recipient): Html {
  return html`<form method="post" action="${inspectorPaths.resend(event.id)}" class="resend">
<input type="hidden" name="endpoint" value="${endpoint.id}">
<button class="button quiet small">Resend now</button> <span class="muted">to ${endpoint.url}</span></form>`
}
