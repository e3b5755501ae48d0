import { Hono } from 'hono'
import { readHostedInvoice } from '../../billing/hosted-invoice.ts'
import type { PortalView } from '../../billing/portal.ts'
import type { Context } from '../../context.ts'
import { afterChallenge } from '../authentication/after-challenge.ts'
import type { PageEnv } from '../page-env.ts'
import { paths } from '../paths.ts'
import { cardRoutes } from './card-routes.ts'
import { detailsRoutes } from './details-routes.ts'
import { portalHomePage } from './home.ts'
import { loginRoutes } from './login-routes.ts'
import { subscriptionRoutes } from './subscription-routes.ts'
import { updateRoutes } from './update-routes.ts'
import { type Done, type Finish, visitPortal } from './visit.ts'

/** What the overview says after a change, by the `done` of its address. */
const doneMessages = {
  canceled: 'Your plan is canceled.',
  renewed: 'Your plan goes on: it is not canceled any more.',
  card: 'Your card is saved and pays your next invoices.',
  default: 'The default payment method has changed.',
  removed: 'The card is removed.',
  updated: 'Your plan has changed.',
  details: 'Your billing information is saved.',
  tax_id: 'The tax ID is added.',
  tax_id_removed: 'The tax ID is removed.',
} as const satisfies Record<Done, string>

/** The billing portal of one portal session: the overview, and the routes below it. */
export function portalRoutes(): Hono<PageEnv> {
  const app = new Hono<PageEnv>()

  app.get(paths.portal(':portalSessionId'), (http) =>
    visitPortal(http, (view, context) => {
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
    if (answer.done) return http.redirect(`${paths.portal(view.session.id)}?done=${done}`, 303)
    const receipts = receiptsOf(http.get('context'), view)
    return http.html(portalHomePage(view, { done: null, problem: answer.message, receipts }), 409)
  }
  app.route('/', loginRoutes())
  app.route('/', subscriptionRoutes(finish))
  app.route('/', updateRoutes(finish))
  app.route('/', cardRoutes(finish))
  app.route('/', detailsRoutes(finish))
  return app
}

function isDone(text: string): text is Done {
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
