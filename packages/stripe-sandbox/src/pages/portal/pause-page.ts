import { formatAmount } from '../../billing/currency.ts'
import type { PortalSubscription, PortalView } from '../../billing/portal.ts'
import { type PauseChoice, pauseChoices } from '../../billing/portal-pause.ts'
import { formatDate } from '../dates.ts'
import { type Html, html } from '../markup.ts'
import { paths } from '../paths.ts'
import { priceText } from '../price-text.ts'
import { goBack, portalShell } from './shell.ts'

/**
 * Asks before a plan is paused, and for how long, where the configuration offers times.
 * @param creditMinor what is given back for the time that is left, as credit.
 * @param endOf when a pause of a length would end, unix seconds.
 */
export function pausePage(
  view: PortalView,
  plan: PortalSubscription,
  creditMinor: number,
  endOf: (choice: NonNullable<PauseChoice>) => number,
): Html {
  const { id } = view.session
  const credit = formatAmount(creditMinor, plan.subscription.currency)
  const names = plan.items.map(({ productName }) => productName).join(' and ')
  const choices = pauseChoices(view)
  return portalShell(view, {
    title: 'Pause your plan',
    content: html`<section aria-labelledby="pause-title">
<h2 id="pause-title">Pause ${names}?</h2>
<article class="plan">${plan.items.map(({ productName, price, quantity }) => html`${plan.items.length > 1 ? html`<h3>${productName}</h3>` : null}<p class="plan-price">${priceText(price, quantity)}</p>`)}
<p>Your plan stops at once, and nothing is charged while it is paused.</p>
${creditMinor > 0 ? html`<p>For the time that is left, <b>${credit}</b> is taken off your next invoice.</p>` : null}</article>
<form method="post" action="${paths.portalPause(id, plan.subscription.id)}">
<fieldset class="reasons"><legend>How long?</legend>
${choices.map((choice, index) => html`<label><input type="radio" name="duration" value="${index}"${index === 0 ? html` checked` : null}> ${choiceText(choice, endOf)}</label>`)}
</fieldset>
<div class="actions"><button class="button">Pause plan</button>
${goBack(view)}</div>
</form></section>`,
  })
}

/** `1 month, until 14 Mar 2027`: the plan goes on and is charged then. */
function choiceText(choice: PauseChoice, endOf: (choice: NonNullable<PauseChoice>) => number): string {
  if (choice === null) return 'Until you resume it'
  const { interval, interval_count: count } = choice
  return `${count} ${interval}${count === 1 ? '' : 's'}, until ${formatDate(endOf(choice))}`
}
