import { Hono } from 'hono'
import {
  cancelInPortal,
  creditOfCanceling,
  ownReasons,
  undoCancelInPortal,
} from '../../billing/portal-cancel.ts'
import { acceptOffer, retentionOffer } from '../../billing/portal-retention.ts'
import { readForm, textOf } from '../form.ts'
import type { PageEnv } from '../page-env.ts'
import { paths } from '../paths.ts'
import { cancelPage, isFeedback } from './cancel-page.ts'
import { offerPage } from './offer-page.ts'
import { type Finish, param, refuse, visitPortal } from './visit.ts'

/** Cancelling a plan (which asks first, and may make an offer) and taking that back. */
export function subscriptionRoutes(finish: Finish): Hono<PageEnv> {
  const app = new Hono<PageEnv>()
  const cancel = paths.portalCancel(':portalSessionId', ':subscriptionId')
  const keep = paths.portalKeep(':portalSessionId', ':subscriptionId')
  const renew = paths.portalRenew(':portalSessionId', ':subscriptionId')

  app.get(cancel, (http) =>
    visitPortal(http, 'cancel', (view, context) => {
      const id = param(http, 'subscriptionId')
      const plan = view.subscriptions.find(({ subscription }) => subscription.id === id)
      if (!plan?.canCancel) return refuse(http)
      if (plan.endsAt !== null) return http.redirect(paths.portal(view.session.id), 303)
      const offer = retentionOffer(context, view, plan.subscription)
      if (offer && http.req.query('offer') !== 'declined') return http.html(offerPage(view, plan, offer))
      const feature = view.configuration.features.subscription_cancel
      const creditMinor = creditOfCanceling(context, feature, plan.subscription)
      return http.html(cancelPage(view, plan, creditMinor, ownReasons(context, feature.cancellation_reason)))
    }),
  )

  app.post(cancel, async (http) => {
    const form = await readForm(http)
    const feedback = textOf(form, 'feedback')
    const comment = textOf(form, 'comment')
    return visitPortal(http, 'cancel', (view, context) => {
      if (!view.configuration.features.subscription_cancel.enabled) return refuse(http)
      const answer = cancelInPortal(context, view.session.id, param(http, 'subscriptionId'), {
        ...(isFeedback(feedback) ? { feedback } : { feedbackOption: feedback }),
        ...(comment === '' ? {} : { comment: comment.slice(0, 500) }),
      })
      return finish(http, view, answer, 'canceled')
    })
  })

  app.post(keep, (http) =>
    visitPortal(http, 'cancel', (view, context) => {
      const id = param(http, 'subscriptionId')
      const plan = view.subscriptions.find(({ subscription }) => subscription.id === id)
      if (!plan?.canCancel) return refuse(http)
      return finish(http, view, acceptOffer(context, view, plan.subscription), 'retained')
    }),
  )

  app.post(renew, (http) =>
    visitPortal(http, 'renew', (view, context) => {
      if (!view.configuration.features.subscription_cancel.enabled) return refuse(http)
      const answer = undoCancelInPortal(context, view.session.id, param(http, 'subscriptionId'))
      return finish(http, view, answer, 'renewed')
    }),
  )
  return app
}
