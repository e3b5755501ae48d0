import type { PortalView } from '../../billing/portal.ts'
import { layout } from '../layout.ts'
import { type Html, type HtmlValue, html } from '../markup.ts'
import { paths } from '../paths.ts'
import { hostOf, safeLink } from '../safe-link.ts'

export interface PortalPage {
  title: string
  content: HtmlValue
}

/** The frame of every portal page: whose billing this is and the way back beside the content. */
export function portalShell(view: PortalView, page: PortalPage): Html {
  const { configuration, customer, session } = view
  const back = safeLink(session.return_url)
  const { headline } = configuration.business_profile
  return layout({
    title: page.title,
    shape: 'portal',
    body: html`<section class="portal-side" aria-labelledby="portal-title">
<h1 id="portal-title">${headline || 'Your billing'}</h1>
<p class="muted">${customer.name ? html`${customer.name}<br>` : null}${customer.email}</p>
${back ? html`<p><a class="back" href="${back}"><span aria-hidden="true">←</span> Return to ${hostOf(back)}</a></p>` : null}
</section>
<div class="portal-content">${page.content}</div>`,
  })
}

/** The button that leaves a page: to the portal, or, of a link for one flow, to the shop. */
export function goBack({ flow, session }: PortalView): Html | null {
  const href = flow ? safeLink(session.return_url) : paths.portal(session.id)
  return href ? html`<a class="button quiet" href="${href}">Go back</a>` : null
}
