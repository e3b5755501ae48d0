import type Stripe from 'stripe'
import type { PortalView } from '../../billing/portal.ts'
import { badge } from '../badge.ts'
import { brandName } from '../card-brand.ts'
import { type Html, html } from '../markup.ts'
import { paths } from '../paths.ts'

/** The saved cards; with buttons where the configuration lets the customer change them. */
export function cardsSection(view: PortalView): Html {
  const { paymentMethods, configuration, session } = view
  const canChange = configuration.features.payment_method_update.enabled
  return html`<section aria-labelledby="cards-title"><h2 id="cards-title">Payment methods</h2>
${paymentMethods.length === 0 ? html`<p class="muted">No card is saved.</p>` : html`<ul class="cards">${paymentMethods.map((method) => cardLine(view, method, canChange))}</ul>`}
${canChange ? html`<p class="actions"><a class="button quiet" href="${paths.portalCards(session.id)}">Add payment method</a></p>` : null}
</section>`
}

function cardLine(view: PortalView, method: Stripe.PaymentMethod, canChange: boolean): Html | null {
  const { card } = method
  if (!card) return null
  const name = `${brandName(card.brand)} •••• ${card.last4}`
  const isDefault = method.id === view.defaultPaymentMethod
  const action = (verb: 'default' | 'remove', label: string) =>
    html`<form method="post" action="${paths.portalCard(view.session.id, method.id, verb)}"><button class="link-button" aria-label="${label} ${name}">${label}</button></form>`
  return html`<li><div><b>${name}</b> ${isDefault ? badge('Default', 'plain') : null}
<span class="muted">Expires ${String(card.exp_month).padStart(2, '0')}/${card.exp_year}</span></div>
${canChange && !isDefault ? html`<div class="actions">${action('default', 'Make default')}${action('remove', 'Remove')}</div>` : null}</li>`
}
