import { Hono } from 'hono'
import type Stripe from 'stripe'
import { readHostedInvoice } from '../../billing/hosted-invoice.ts'
import type { PortalView } from '../../billing/portal.ts'
import { noteDone, type PortalDone } from '../../billing/portal-flow.ts'
import type { Context } from '../../context.ts'
import { afterChallenge } from '../authentication/after-challenge.ts'
import { noticePage } from '../notice-page.ts'
import type { PageEnv, PageHttp } from '../page-env.ts'
import { paths } from '../paths.ts'
import { hostOf, safeLink } from '../safe-link.ts'
import { cardRoutes } from './card-routes.ts'
import { detailsRoutes } from './details-routes.ts'
import { startOfFlow } from './flow.ts'
import { portalHomePage } from './home.ts'
import { loginRoutes } from './login-routes.ts'
import { pauseRoutes } from './pause-routes.ts'
import { subscriptionRoutes } from './subscription-routes.ts'
import { updateRoutes } from './update-routes.ts'
import { type Finish, visitPortal } from './visit.ts'

/** What the overview says after a change, by the `done` of its address. */
const doneMessages = {
  canceled: 'Your plan is canceled.',
  paused: 'Your plan is paused.',
  resumed: 'Your plan goes on.',
  renewed: 'Your plan goes on: it is not canceled any more.',
  card: 'Your card is saved and pays your next invoices.',
  default: 'The default payment method has changed.',
  removed: 'The card is removed.',
  updated: 'Your plan has changed.',
  details: 'Your billing information is saved.',
  tax_id: 'The tax ID is added.',
  tax_id_removed: 'The tax ID is removed.',
  retained: 'Your discount is applied: your plan goes on.',
} as const satisfies Record<PortalDone, string>

/** The billing portal of one portal session: the overview, and the routes below it. */
export function portalRoutes(): Hono<PageEnv> {
  const app = new Hono<PageEnv>()

  app.get(paths.portal(':portalSessionId'), (http) =>
    visitPortal(http, 'home', (view, context) => {
      const { flow, flowDone, session } = view
      // What came of a challenge is said where it began.
      if (flow) return http.redirect(withQuery(startOfFlow(session.id, flow), http, 'authentication'), 303)
      if (flowDone !== null) {
        const ended = endOfFlow(http, session, doneMessages[flowDone])
        if (ended) return ended
      }
      const done = http.req.query('done') ?? ''
      const { problem } = afterChallenge(context, http.req.query('authentication'))
      return http.html(
        portalHomePage(view, {
          done: isDone(done) ? doneMessages[done] : null,
          problem,
          receipts: receiptsOf(context, view),
        }),
      )
    }),
  )

  /** Ends a change: back to the overview, which says that it worked, or the overview with what is in the way. */
  const finish: Finish = (http, view, answer, done) => {
    const back = paths.portal(view.session.id)
    if (answer.done) {
      noteDone(http.get('context'), view.session.id, done)
      return http.redirect(`${back}?done=${done}`, 303)
    }
    if (view.flow) {
      const notice = { kind: 'bad', title: 'This did not work', text: answer.message } as const
      return http.html(noticePage({ ...notice, link: { href: back, label: 'Go back' } }), 409)
    }
    const receipts = receiptsOf(http.get('context'), view)
    return http.html(portalHomePage(view, { done: null, problem: answer.message, receipts }), 409)
  }
  app.route('/', loginRoutes())
  app.route('/', subscriptionRoutes(finish))
  app.route('/', pauseRoutes(finish))
  app.route('/', updateRoutes(finish))
  app.route('/', cardRoutes(finish))
  app.route('/', detailsRoutes(finish))
  return app
}

/** A path with a parameter of the request beside its own. */
function withQuery(path: string, http: PageHttp, name: string): string {
  const value = http.req.query(name)
  if (value === undefined) return path
  return `${path}${path.includes('?') ? '&' : '?'}${new URLSearchParams({ [name]: value })}`
}

/** Where a flow that is done leads to; undefined: to the whole portal. */
function endOfFlow(
  http: PageHttp,
  { flow, return_url: returnUrl }: Stripe.BillingPortal.Session,
  message: string,
): Response | undefined {
  const { type, redirect, hosted_confirmation: confirmation } = flow?.after_completion ?? {}
  const target = safeLink(redirect?.return_url)
  if (type === 'redirect' && target) return http.redirect(target, 303)
  if (type !== 'hosted_confirmation') return undefined
  const back = safeLink(returnUrl)
  return http.html(
    noticePage({
      kind: 'good',
      title: message,
      text: confirmation?.custom_message ?? 'You can close this page.',
      link: back ? { href: back, label: `Return to ${hostOf(back)}` } : null,
    }),
  )
}

function isDone(text: string): text is PortalDone {
  return Object.hasOwn(doneMessages, text)
}

function receiptsOf(context: Context, { invoices }: PortalView): Map<string, string> {
  const receipts = new Map<string, string>()
  for (const { id } of invoices) {
    const paid = readHostedInvoice(context, id)?.charges.find(({ status }) => status === 'succeeded')
    if (paid) receipts.set(id, paths.receipt(paid.id))
  }
  return receipts
}
