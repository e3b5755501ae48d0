import type { PortalSubscription, PortalView } from '../../billing/portal.ts'
import type { NoQuote } from '../../billing/portal-change.ts'
import type { PlanOption, QuantityRange } from '../../billing/portal-plans.ts'
import { badge } from '../badge.ts'
import { type Html, html } from '../markup.ts'
import { paths } from '../paths.ts'
import { priceText } from '../price-text.ts'
import { goBack, portalShell } from './shell.ts'

export interface UpdatePageState {
  /** Id of the chosen price. */
  price: string
  quantity: string
  /** A promotion code, as typed. */
  code: string
  problem: NoQuote | null
}

/** Where a customer chooses another plan, or another number of the same. */
export function updatePage(view: PortalView, plan: PortalSubscription, state: UpdatePageState): Html {
  const { id } = view.session
  const { options } = plan
  const quantities = options.filter(({ quantity }) => quantity !== null)
  return portalShell(view, {
    title: `${state.problem ? 'Error: ' : ''}Update your plan`,
    content: html`<section aria-labelledby="update-title"><h2 id="update-title">Update your plan</h2>
<p class="muted">You have ${planText(plan)}. Nothing changes before you have seen what it costs.</p>
<form class="update" method="get" action="${paths.portalConfirm(id, plan.subscription.id)}">
${state.problem?.field === 'price' ? html`<p class="problem" role="alert">${state.problem.message}</p>` : null}
${planChoice(options, state)}
${quantities.length > 0 ? quantityField(quantities, state) : null}
${takesCode(view) ? codeField(state) : null}
<div class="actions"><button class="button">Continue</button>
${goBack(view)}</div>
</form></section>`,
  })
}

/** `2 × Larkspur Team at $58.00 per month`. */
export function planText({ items }: Pick<PortalSubscription, 'items'>): string {
  return items
    .map(
      ({ productName, price, quantity }) =>
        `${nameText(productName, quantity)} at ${priceText(price, quantity)}`,
    )
    .join(' and ')
}

/** `2 × Larkspur Team`. */
export function nameText(productName: string, quantity: number): string {
  return quantity === 1 ? productName : `${quantity} × ${productName}`
}

function planChoice(options: readonly PlanOption[], { price: chosen }: UpdatePageState): Html {
  const [only, ...others] = options
  if (only !== undefined && others.length === 0 && only.isCurrent) {
    return html`<input type="hidden" name="price" value="${only.price.id}">`
  }
  return html`<fieldset class="plans"><legend>Plan</legend>
${options.map(
  ({
    price,
    productName,
    isCurrent,
  }) => html`<label><input type="radio" name="price" value="${price.id}" required${price.id === chosen ? html` checked` : null}>
<span><b>${productName}</b> ${isCurrent ? badge('Current plan', 'plain') : null}</span>
<span class="plan-cost">${priceText(price)}</span></label>`,
)}</fieldset>`
}

function quantityField(options: readonly PlanOption[], { quantity, problem }: UpdatePageState): Html {
  const ranges = options.flatMap(({ quantity: range }) => range ?? [])
  const hint =
    new Set(ranges.map(rangeText)).size === 1 ? rangeText(ranges[0] ?? anyNumber) : rangesText(options)
  const error = problem?.field === 'quantity' ? problem.message : null
  return html`<div class="field quantity"><label for="field-quantity">Quantity</label>
<input id="field-quantity" name="quantity" type="number" inputmode="numeric" step="1" min="${Math.min(...ranges.map(({ minimum }) => minimum))}" value="${quantity}" required aria-describedby="field-quantity-hint field-quantity-error"${error ? html` aria-invalid="true" autofocus` : null}>
<p class="hint" id="field-quantity-hint">${hint}</p>
<p class="error" id="field-quantity-error" aria-live="polite">${error}</p></div>`
}

function takesCode({ configuration }: PortalView): boolean {
  return configuration.features.subscription_update.default_allowed_updates.includes('promotion_code')
}

function codeField({ code, problem }: UpdatePageState): Html {
  const error = problem?.field === 'code' ? problem.message : null
  return html`<div class="field quantity"><label for="field-code">Promotion code (optional)</label>
<input id="field-code" name="code" value="${code}" maxlength="100" spellcheck="false" autocomplete="off" aria-describedby="field-code-error"${error ? html` aria-invalid="true" autofocus` : null}>
<p class="error" id="field-code-error" aria-live="polite">${error}</p></div>`
}

const anyNumber: QuantityRange = { minimum: 1, maximum: null }

function rangesText(options: readonly PlanOption[]): string {
  return options
    .flatMap(({ productName, quantity }) => (quantity ? `${productName}: ${rangeText(quantity)}` : []))
    .join(', ')
}

function rangeText({ minimum, maximum }: QuantityRange): string {
  return maximum === null ? `${minimum} or more` : `${minimum} to ${maximum}`
}
