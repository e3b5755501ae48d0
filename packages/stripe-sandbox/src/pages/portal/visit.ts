import { openPortal, type PortalView } from '../../billing/portal.ts'
import type { PortalAnswer } from '../../billing/portal-visit.ts'
import type { Context } from '../../context.ts'
import type { Html } from '../markup.ts'
import { noticePage } from '../notice-page.ts'
import type { PageHttp } from '../page-env.ts'
import { paths } from '../paths.ts'
import { hostOf, safeLink } from '../safe-link.ts'

/**
 * One request to the portal, as one store transaction: opens the session (which keeps it alive) and answers with `work`, or
 * with a page that says why there is no portal any more.
 */
export function visitPortal(
  http: PageHttp,
  work: (view: PortalView, context: Context) => Response,
): Response {
  const context = http.get('context')
  return context.store.transaction(() => {
    const id = param(http, 'portalSessionId')
    const view = openPortal(context, id)
    if (view === undefined) return http.html(unknownPage(), 404)
    if (view === 'expired') return http.html(expiredPage(context, id), 410)
    return work(view, context)
  })
}

/** The changes that the portal makes, as the overview names them afterwards. */
export type Done =
  | 'canceled'
  | 'renewed'
  | 'card'
  | 'default'
  | 'removed'
  | 'updated'
  | 'details'
  | 'tax_id'
  | 'tax_id_removed'

/** Ends a change: back to the overview, which says that it worked, or the overview with what is in the way. */
export type Finish = (http: PageHttp, view: PortalView, answer: PortalAnswer, done: Done) => Response

export function param(http: PageHttp, name: string): string {
  return http.req.param(name) ?? ''
}

/** The answer to a request for something that the configuration turns off or that is not this customer's. */
export function refuse(http: PageHttp): Response {
  const portal = paths.portal(param(http, 'portalSessionId'))
  return http.html(noticePage({ ...notOffered, link: { href: portal, label: 'Back to your billing' } }), 403)
}

const notOffered = {
  kind: 'bad',
  title: 'This is not offered here',
  text: 'Nothing was changed.',
} as const

function expiredPage(context: Context, id: string): Html {
  const back = safeLink(context.store.get('billing_portal.session', id)?.return_url)
  return noticePage({
    kind: 'plain',
    title: 'This billing portal link has expired',
    text: 'A link works when it is opened within 5 minutes, and for 1 hour after its last use. Ask the shop for a new one.',
    link: back ? { href: back, label: `Return to ${hostOf(back)}` } : null,
  })
}

function unknownPage(): Html {
  return noticePage({
    kind: 'bad',
    title: 'No such billing portal',
    text: 'The address may be cut short, or the sandbox was started with other data since it was made.',
  })
}
