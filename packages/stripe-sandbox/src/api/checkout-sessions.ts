import type Stripe from 'stripe'
import { currentCheckoutSession, expireCheckoutSession } from '../billing/expire-checkout-session.ts'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { defineRoute } from '../wire/define-route.ts'
import { embeddedList } from '../wire/embedded-list.ts'
import { resourceMissing } from '../wire/error-catalogue.ts'
import { StripeApiError } from '../wire/errors.ts'
import { nounOf } from '../wire/existing.ts'
import { inRange, page } from '../wire/pagination.ts'
import type { Route } from '../wire/route.ts'
import { checkNamed } from './check-named.ts'
import { checkoutSessionParameters, createCheckoutSession } from './create-checkout-session.ts'

export const checkoutSessionRoutes: readonly Route[] = [
  defineRoute<Stripe.Checkout.SessionCreateParams>({
    method: 'POST',
    path: '/v1/checkout/sessions',
    supports: checkoutSessionParameters,
    handle: createCheckoutSession,
  }),
  defineRoute<Stripe.Checkout.SessionListParams>({
    method: 'GET',
    path: '/v1/checkout/sessions',
    supports: [
      'customer',
      'customer_details.email',
      'payment_intent',
      'subscription',
      'status',
      'created',
      'created.*',
    ],
    handle: listSessions,
  }),
  defineRoute<Stripe.Checkout.SessionRetrieveParams>({
    method: 'GET',
    path: '/v1/checkout/sessions/:id',
    supports: [],
    handle: (context, _, { id = '' }) => existingSession(context, id),
  }),
  defineRoute<Stripe.Checkout.SessionListLineItemsParams>({
    method: 'GET',
    path: '/v1/checkout/sessions/:id/line_items',
    supports: [],
    handle: (context, parameters, { id = '' }) => {
      const session = existingSession(context, id)
      const lines = context.store.get('checkout_line_items', session.id)?.data ?? []
      return embeddedList(lines, parameters, `/v1/checkout/sessions/${session.id}/line_items`)
    },
  }),
  defineRoute<Stripe.Checkout.SessionExpireParams>({
    method: 'POST',
    path: '/v1/checkout/sessions/:id/expire',
    supports: [],
    handle: (context, _, { id = '' }) => {
      const session = existingSession(context, id)
      if (session.status === 'open') return expireCheckoutSession(context, session)
      throw new StripeApiError(
        `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of \`${session.status}\`.`,
      )
    },
  }),
]

function existingSession(context: Context, id: string): Stripe.Checkout.Session {
  const session = currentCheckoutSession(context, id)
  if (session === undefined) throw resourceMissing(nounOf('checkout.session'), id)
  return session
}

function listSessions(
  context: Context,
  parameters: Stripe.Checkout.SessionListParams,
): Stripe.ApiList<Stripe.Checkout.Session> {
  const { customer, payment_intent: paymentIntent, subscription, status, created } = parameters
  const email = parameters.customer_details?.email
  checkNamed(context, { customer, payment_intent: paymentIntent, subscription })
  const { store } = context
  const among =
    (customer !== undefined && store.where('checkout.session', 'customer', customer)) ||
    (paymentIntent !== undefined && store.where('checkout.session', 'payment_intent', paymentIntent)) ||
    (subscription !== undefined && store.where('checkout.session', 'subscription', subscription)) ||
    store.all('checkout.session')
  return page(context, 'checkout.session', {
    url: '/v1/checkout/sessions',
    parameters,
    // What is overdue is expired before anybody reads its status.
    among: [...among].map((session) => currentCheckoutSession(context, session.id) ?? session),
    filter: (session) =>
      (customer === undefined || idOf(session.customer) === customer) &&
      (paymentIntent === undefined || idOf(session.payment_intent) === paymentIntent) &&
      (subscription === undefined || idOf(session.subscription) === subscription) &&
      (status === undefined || session.status === status) &&
      (email === undefined || session.customer_details?.email === email) &&
      inRange(session.created, created),
  })
}
