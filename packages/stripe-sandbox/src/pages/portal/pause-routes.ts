import { Hono } from 'hono'
import { creditForRest } from '../../billing/credit-for-rest.ts'
import { canPause, pauseEndsAt, pauseInPortal, resumeInPortal } from '../../billing/portal-pause.ts'
import { readForm, textOf } from '../form.ts'
import type { PageEnv } from '../page-env.ts'
import { paths } from '../paths.ts'
import { pausePage } from './pause-page.ts'
import { type Finish, param, refuse, visitPortal } from './visit.ts'

/** Pausing a plan, which asks first, and letting it go on. */
export function pauseRoutes(finish: Finish): Hono<PageEnv> {
  const app = new Hono<PageEnv>()
  const pause = paths.portalPause(':portalSessionId', ':subscriptionId')
  const resume = paths.portalResume(':portalSessionId', ':subscriptionId')

  app.get(pause, (http) =>
    visitPortal(http, 'pause', (view, context) => {
      const id = param(http, 'subscriptionId')
      const plan = view.subscriptions.find(({ subscription }) => subscription.id === id)
      if (!plan || !canPause(view, plan.subscription)) return refuse(http)
      const creditMinor = creditForRest(context, plan.subscription)
      return http.html(pausePage(view, plan, creditMinor, (choice) => pauseEndsAt(context, choice)))
    }),
  )

  app.post(pause, async (http) => {
    const duration = textOf(await readForm(http), 'duration')
    return visitPortal(http, 'pause', (view, context) => {
      if (!view.configuration.features.subscription_pause.enabled) return refuse(http)
      const choice = /^\d+$/.test(duration) ? Number(duration) : Number.NaN
      const answer = pauseInPortal(context, view.session.id, param(http, 'subscriptionId'), choice)
      return finish(http, view, answer, 'paused')
    })
  })

  app.post(resume, (http) =>
    visitPortal(http, 'resume', (view, context) => {
      if (!view.configuration.features.subscription_pause.enabled) return refuse(http)
      const answer = resumeInPortal(context, view.session.id, param(http, 'subscriptionId'))
      return finish(http, view, answer, 'resumed')
    }),
  )
  return app
}
