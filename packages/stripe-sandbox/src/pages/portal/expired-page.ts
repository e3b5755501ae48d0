import { recoverableSession } from '../../billing/portal-login.ts'
import type { Context } from '../../context.ts'
import { layout } from '../layout.ts'
import { type Html, html } from '../markup.ts'
import { noticePage } from '../notice-page.ts'
import { paths } from '../paths.ts'
import { hostOf, safeLink } from '../safe-link.ts'

/** Says that a link is over, and how to go on where the session has a way (`after_expiration`). @param problem of the last try. */
export function expiredPage(context: Context, id: string, problem: string | null = null): Html {
  const back = safeLink(context.store.get('billing_portal.session', id)?.return_url)
  if (recoverableSession(context, id)) return recoveryPage(id, problem)
  return noticePage({
    kind: 'plain',
    title: 'This billing portal link has expired',
    text: 'A link works when it is opened within 5 minutes, and for 1 hour after its last use. Ask the shop for a new one.',
    link: back ? { href: back, label: `Return to ${hostOf(back)}` } : null,
  })
}

function recoveryPage(id: string, problem: string | null): Html {
  return layout({
    title: `${problem ? 'Error: ' : ''}This billing portal link has expired`,
    shape: 'single',
    body: html`<section class="card" aria-labelledby="expired-title">
<h1 id="expired-title">This billing portal link has expired</h1>
<p>Enter the email address of your account to go on.</p>
<form method="post" action="${paths.portalRelogin(id)}">
<div class="field"><label for="field-email">Email</label>
<input id="field-email" name="email" type="email" required autocomplete="email" spellcheck="false" aria-describedby="field-email-error"${problem ? html` aria-invalid="true" autofocus` : null}>
<p class="error" id="field-email-error" aria-live="polite">${problem}</p></div>
<button class="button pay" type="submit">Continue</button>
</form></section>`,
  })
}
