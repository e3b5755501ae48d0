import { Hono } from 'hono'
import type { PortalView } from '../../billing/portal.ts'
import { addCardInPortal, chooseCardInPortal, removeCardInPortal } from '../../billing/portal-cards.ts'
import type { Context } from '../../context.ts'
import { attempt } from '../attempt.ts'
import { afterChallenge } from '../authentication/after-challenge.ts'
import { readForm, textOf } from '../form.ts'
import type { PageEnv, PageHttp } from '../page-env.ts'
import { paths } from '../paths.ts'
import { declineErrors, readCard } from '../read-card.ts'
import { type CardPageState, cardPage } from './card-page.ts'
import { type Finish, param, refuse, visitPortal } from './visit.ts'

/** Saving a card, choosing the one that pays, removing one. */
export function cardRoutes(finish: Finish): Hono<PageEnv> {
  const app = new Hono<PageEnv>()
  const cards = paths.portalCards(':portalSessionId')

  app.get(cards, (http) =>
    visitPortal(http, 'cards', (view, context) => {
      const { problem } = afterChallenge(context, http.req.query('authentication'))
      const errors = problem === null ? {} : { number: problem }
      return mayChange(view) ? showForm(context, http, view, { errors }, 200) : refuse(http)
    }),
  )

  app.post(cards, async (http) => {
    const form = await readForm(http)
    return visitPortal(http, 'cards', (view, context) => {
      if (!mayChange(view)) return refuse(http)
      const name = textOf(form, 'name')
      const typed = readCard(form, context.clock.now())
      if ('errors' in typed) return showForm(context, http, view, { name, errors: typed.errors }, 400)
      const outcome = attempt(context, () => addCardInPortal(context, view.session.id, typed.read.card))
      switch (outcome.outcome) {
        case 'complete':
          return finish(http, view, { done: true }, 'card')
        case 'requires_action':
          return http.redirect(paths.authentication(outcome.authenticationId), 303)
        case 'declined':
          return showForm(context, http, view, { name, errors: declineErrors(outcome) }, 402)
        case 'closed':
          return refuse(http)
      }
    })
  })

  const changes = { default: chooseCardInPortal, remove: removeCardInPortal }
  for (const verb of ['default', 'remove'] as const) {
    app.post(paths.portalCard(':portalSessionId', ':paymentMethodId', verb), (http) =>
      visitPortal(http, 'card', (view, context) => {
        if (!mayChange(view)) return refuse(http)
        const answer = changes[verb](context, view.session.id, param(http, 'paymentMethodId'))
        return finish(http, view, answer, verb === 'default' ? 'default' : 'removed')
      }),
    )
  }
  return app
}

function mayChange({ configuration }: PortalView): boolean {
  return configuration.features.payment_method_update.enabled
}

function showForm(
  context: Context,
  http: PageHttp,
  view: PortalView,
  state: Partial<CardPageState>,
  status: 200 | 400 | 402,
): Response {
  const fresh = { errors: {}, name: view.customer.name ?? '', now: context.clock.now() }
  return http.html(cardPage(view, { ...fresh, ...state }), status)
}
