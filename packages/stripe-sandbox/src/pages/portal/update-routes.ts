import { Hono } from 'hono'
import type { PortalSubscription, PortalView } from '../../billing/portal.ts'
import { changeInPortal, type NoQuote, type PlanWish, quoteInPortal } from '../../billing/portal-change.ts'
import type { Context } from '../../context.ts'
import { readForm } from '../form.ts'
import type { PageEnv, PageHttp } from '../page-env.ts'
import { paths } from '../paths.ts'
import { confirmPage } from './confirm-page.ts'
import { updatePage } from './update-page.ts'
import { type Finish, param, refuse, visitPortal } from './visit.ts'

/** Changing a plan: choose, see what it costs, confirm exactly that. */
export function updateRoutes(finish: Finish): Hono<PageEnv> {
  const app = new Hono<PageEnv>()
  const update = paths.portalUpdate(':portalSessionId', ':subscriptionId')
  const confirm = paths.portalConfirm(':portalSessionId', ':subscriptionId')

  app.get(update, (http) =>
    visitPlan(http, (view, plan) => {
      const item = plan.items[0]
      const state = { price: item?.price.id ?? '', quantity: String(item?.quantity ?? 1), problem: null }
      return http.html(updatePage(view, plan, state))
    }),
  )

  app.get(confirm, (http) =>
    visitPlan(http, (view, plan, context) => {
      const wish = wishOf(new URL(http.req.url).searchParams)
      const quote = quoteInPortal(context, view, plan.subscription, wish)
      if ('message' in quote) return chooseAgain(http, view, plan, wish, quote)
      return http.html(confirmPage(view, plan, { quote, problem: null }))
    }),
  )

  app.post(confirm, async (http) => {
    const form = await readForm(http)
    const wish = wishOf(form)
    const shown = {
      dueMinor: integerOf(form, 'due') ?? Number.NaN,
      nextMinor: integerOf(form, 'next'),
      quotedAt: integerOf(form, 'at') ?? 0,
    }
    return visitPlan(http, (view, plan, context) => {
      const outcome = changeInPortal(context, view, plan.subscription, wish, shown)
      const askAgain = (problem: string, status: 402 | 409) => {
        const quote = quoteInPortal(context, view, plan.subscription, wish)
        if ('message' in quote) return chooseAgain(http, view, plan, wish, quote)
        return http.html(confirmPage(view, plan, { quote, problem }), status)
      }
      if (outcome === 'moved') return askAgain(moved, 409)
      if (!('outcome' in outcome)) return chooseAgain(http, view, plan, wish, outcome)
      switch (outcome.outcome) {
        case 'complete':
          return finish(http, view, { done: true }, 'updated')
        case 'requires_action':
          return http.redirect(paths.authentication(outcome.authenticationId), 303)
        case 'declined':
          return askAgain(`${outcome.message} Your plan has not changed.`, 402)
        case 'closed':
          return refuse(http)
      }
    })
  })
  return app
}

const moved =
  'The amounts have changed since you saw them, so nothing was done. Look at the new ones, and confirm again.'

/** Answers for a plan that can be changed here, or says that this one cannot. */
function visitPlan(
  http: PageHttp,
  work: (view: PortalView, plan: PortalSubscription, context: Context) => Response,
): Response {
  return visitPortal(http, (view, context) => {
    const id = param(http, 'subscriptionId')
    const plan = view.subscriptions.find(({ subscription }) => subscription.id === id)
    return plan && plan.options.length > 0 ? work(view, plan, context) : refuse(http)
  })
}

function chooseAgain(
  http: PageHttp,
  view: PortalView,
  plan: PortalSubscription,
  wish: PlanWish,
  problem: NoQuote,
): Response {
  const quantity = String(wish.quantity ?? plan.items[0]?.quantity ?? 1)
  return http.html(updatePage(view, plan, { price: wish.price, quantity, problem }), 400)
}

function wishOf(fields: URLSearchParams): PlanWish {
  const text = fields.get('quantity')?.trim() ?? ''
  // What is no number is no quantity either: it is refused with the ones that are out of range.
  return { price: fields.get('price') ?? '', quantity: text === '' ? null : Number(text) }
}

function integerOf(form: URLSearchParams, field: string): number | null {
  const text = form.get(field) ?? ''
  return /^-?\d+$/.test(text) ? Number(text) : null
}
