import type { Challenge } from '../../billing/confirm-authentication.ts'
import { formatAmount } from '../../billing/currency.ts'
import { brandName } from '../card-brand.ts'
import { layout } from '../layout.ts'
import { type Html, html } from '../markup.ts'
import { paths } from '../paths.ts'

/** The challenge that a card's bank would show: two buttons instead of a code. */
export function authenticationPage(challenge: Challenge): Html {
  const { amountMinor, currency } = challenge
  return layout({
    title: '3D Secure authentication',
    shape: 'single',
    body: html`<section class="card" aria-labelledby="challenge-title">
<p class="eyebrow">Sandbox Bank</p>
<h1 id="challenge-title">3D Secure: is it you?</h1>
<p>With a real card, your bank would ask for a code or its app now. Here you decide how it ends.</p>
<dl class="facts">
${amountMinor !== null && currency !== null ? html`<div><dt>Amount</dt><dd>${formatAmount(amountMinor, currency)}</dd></div>` : html`<div><dt>Purpose</dt><dd>Save the card for later</dd></div>`}
<div><dt>Card</dt><dd>${brandName(challenge.brand)} ending in ${challenge.last4}</dd></div>
</dl>
<form method="post" action="${paths.authentication(challenge.id)}" class="actions">
<button class="button" name="answer" value="succeed">Complete authentication</button>
<button class="button danger" name="answer" value="fail">Fail authentication</button>
</form>
</section>`,
  })
}
