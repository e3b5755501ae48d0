import { openPortal, type PortalView } from '../../billing/portal.ts'
import type { PortalDone } from '../../billing/portal-flow.ts'
import type { PortalAnswer } from '../../billing/portal-visit.ts'
import type { Context } from '../../context.ts'
import type { Html } from '../markup.ts'
import { noticePage } from '../notice-page.ts'
import type { PageHttp } from '../page-env.ts'
import { paths } from '../paths.ts'
import { setPolicy } from '../security.ts'
import { expiredPage } from './expired-page.ts'
import { isInFlow, type Place } from './flow.ts'

/**
 * One request to the portal, as one store transaction: opens the session (which keeps it alive) and answers with `work`, or
 * with a page that says why there is no portal any more. A link for one flow leads nowhere else.
 */
export function visitPortal(
  http: PageHttp,
  place: Place,
  work: (view: PortalView, context: Context) => Response,
): Response {
  const context = http.get('context')
  return context.store.transaction(() => {
    const id = param(http, 'portalSessionId')
    const view = openPortal(context, id)
    if (view === undefined) return http.html(unknownPage(), 404)
    if (view === 'expired') return http.html(expiredPage(context, id), 410)
    // The browser checks the page with the form, also where the flow leads to in the end.
    if (view.flow?.after_completion.type === 'redirect') setPolicy(http, 'any-site')
    if (view.flow && !isInFlow(view.flow, place, http.req.param('subscriptionId'))) return refuse(http)
    return work(view, context)
  })
}

/** Ends a change: back to the overview, which says that it worked, or the overview with what is in the way. */
export type Finish = (http: PageHttp, view: PortalView, answer: PortalAnswer, done: PortalDone) => Response

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

function unknownPage(): Html {
  return noticePage({
    kind: 'bad',
    title: 'No such billing portal',
    text: 'The address may be cut short, or the sandbox was started with other data since it was made.',
  })
}
