import type Stripe from 'stripe'
import { layout } from '../layout.ts'
import { type Html, html } from '../markup.ts'
import { paths } from '../paths.ts'

export interface LoginPageState {
  email: string
  /** What is wrong with the address; null when nothing is. */
  problem: string | null
}

/** Where a customer asks for a link to the portal. */
export function loginPage(
  { business_profile: profile }: Stripe.BillingPortal.Configuration,
  token: string,
  { email, problem }: LoginPageState,
): Html {
  return layout({
    title: `${problem ? 'Error: ' : ''}Log in to your billing`,
    shape: 'single',
    body: html`<section class="card" aria-labelledby="login-title">
<h1 id="login-title">${profile.headline || 'Log in to your billing'}</h1>
<p>Enter the email address of your account. You get a link to manage your plan, cards and invoices.</p>
<form method="post" action="${paths.portalLogin(token)}">
<div class="field"><label for="field-email">Email</label>
<input id="field-email" name="email" type="email" value="${email}" required autocomplete="email" spellcheck="false" aria-describedby="field-email-error"${problem ? html` aria-invalid="true" autofocus` : null}>
<p class="error" id="field-email-error" aria-live="polite">${problem}</p></div>
<button class="button pay" type="submit">Send link</button>
</form></section>`,
  })
}
