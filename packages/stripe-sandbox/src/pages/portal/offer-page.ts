import type Stripe from 'stripe'
import type { PortalSubscription, PortalView } from '../../billing/portal.ts'
import { type Html, html } from '../markup.ts'
import { paths } from '../paths.ts'
import { couponText } from './coupon-text.ts'
import { portalShell } from './shell.ts'
import { planText } from './update-page.ts'

/** What the shop offers to who came to cancel. */
export function offerPage(view: PortalView, plan: PortalSubscription, coupon: Stripe.Coupon): Html {
  const { id } = view.session
  return portalShell(view, {
    title: 'An offer before you go',
    content: html`<section aria-labelledby="offer-title"><h2 id="offer-title">Stay, and get ${couponText(coupon)}</h2>
<p>You have ${planText(plan)}. If you keep it, the discount counts from your next invoice on.</p>
<form method="post" action="${paths.portalKeep(id, plan.subscription.id)}">
<div class="actions"><button class="button">Accept offer</button>
<a class="button danger" href="${paths.portalCancel(id, plan.subscription.id)}?offer=declined">No thanks, cancel plan</a></div>
</form></section>`,
  })
}
