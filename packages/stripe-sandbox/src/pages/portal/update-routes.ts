import { Hono } from 'hono'
import type { PortalSubscription, PortalView } from '../../billing/portal.ts'
import { changeInPortal, type NoQuote, type PlanWish, quoteInPortal } from '../../billing/portal-change.ts'
import type { Context } from '../../context.ts'
import { afterChallenge } from '../authentication/after-challenge.ts'
import { readForm } from '../form.ts'
import { noticePage } from '../notice-page.ts'
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
    visitPlan(http, 'update', (view, plan, context) => {
      const item = plan.items[0]
      const { problem } = afterChallenge(context, http.req.query('authentication'))
      return http.html(
        updatePage(view, plan, {
          price: item?.price.id ?? '',
          quantity: String(item?.quantity ?? 1),
          code: '',
          problem: problem === null ? null : { message: unchanged(problem), field: 'price' },
        }),
      )
    }),
  )

  app.get(confirm, (http) =>
    visitPlan(http, 'confirm', (view, plan, context) => {
      const wish = linkedWish(view) ?? wishOf(new URL(http.req.url).searchParams)
      const { problem } = afterChallenge(context, http.req.query('authentication'))
      const quote = quoteInPortal(context, view, plan.subscription, wish)
      if ('message' in quote) return chooseAgain(http, view, plan, wish, quote)
      return http.html(
        confirmPage(view, plan, { quote, code: wish.code, problem: problem && unchanged(problem) }),
      )
    }),
  )

  app.post(confirm, async (http) => {
    const form = await readForm(http)
    const typed = wishOf(form)
    const shown = {
      dueMinor: integerOf(form, 'due') ?? Number.NaN,
      nextMinor: integerOf(form, 'next'),
      quotedAt: integerOf(form, 'at') ?? 0,
    }
    return visitPlan(http, 'confirm', (view, plan, context) => {
      const wish = linkedWish(view) ?? typed
      const outcome = changeInPortal(context, view, plan.subscription, wish, shown)
      const askAgain = (problem: string, status: 402 | 409) => {
        const quote = quoteInPortal(context, view, plan.subscription, wish)
        if ('message' in quote) return chooseAgain(http, view, plan, wish, quote)
        return http.html(confirmPage(view, plan, { quote, code: wish.code, problem }), status)
      }
      if (outcome === 'moved') return askAgain(moved, 409)
      if (!('outcome' in outcome)) return chooseAgain(http, view, plan, wish, outcome)
      switch (outcome.outcome) {
        case 'complete':
          return finish(http, view, { done: true }, 'updated')
        case 'requires_action':
          return http.redirect(paths.authentication(outcome.authenticationId), 303)
        case 'declined':
          return askAgain(unchanged(outcome.message), 402)
        case 'closed':
          return refuse(http)
      }
    })
  })
  return app
}

const unchanged = (message: string) => `${message} Your plan has not changed.`

const moved =
  'The amounts have changed since you saw them, so nothing was done. Look at the new ones, and confirm again.'

/** Answers for a plan that can be changed here, or says that this one cannot. */
function visitPlan(
  http: PageHttp,
  place: 'update' | 'confirm',
  work: (view: PortalView, plan: PortalSubscription, context: Context) => Response,
): Response {
  return visitPortal(http, place, (view, context) => {
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
  if (view.flow?.type === 'subscription_update_confirm') {
    const notice = { kind: 'bad', title: 'This change cannot be made', text: problem.message } as const
    return http.html(noticePage(notice), 409)
  }
  const quantity = String(wish.quantity ?? plan.items[0]?.quantity ?? 1)
  return http.html(updatePage(view, plan, { price: wish.price, quantity, code: wish.code, problem }), 400)
}

/** What a link for one change asks to confirm, whatever the address or the form says. */
function linkedWish({ flow }: PortalView): PlanWish | null {
  const [item] = flow?.subscription_update_confirm?.items ?? []
  return item ? { price: item.price ?? '', quantity: item.quantity ?? null, code: '' } : null
}

function wishOf(fields: URLSearchParams): PlanWish {
  const text = fields.get('quantity')?.trim() ?? ''
  // What is no number is no quantity either: it is refused with the ones that are out of range.
  return {
    price: fields.get('price') ?? '',
    quantity: text === '' ? null : Number(text),
    code: (fields.get('code') ?? '').trim(),
  }
}

function integerOf(form: URLSearchParams, field: string): number | null {
  const text = form.get(field) ?? ''
  return /^-?\d+$/.test(text) ? Number(text) : null
}
