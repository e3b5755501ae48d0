import type Stripe from 'stripe'
import { cancelSubscription } from '../billing/cancel-subscription.ts'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { defineRoute } from '../wire/define-route.ts'
import { notSupportedYet, resourceMissing } from '../wire/error-catalogue.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'
import { inRange, page } from '../wire/pagination.ts'
import type { Route } from '../wire/route.ts'
import { checkNamed } from './check-named.ts'
import { createSubscription, subscriptionCreateParameters } from './create-subscription.ts'
import { subscriptionUpdateParameters, updateSubscription } from './update-subscription.ts'

export const subscriptionRoutes: readonly Route[] = [
  defineRoute<Stripe.SubscriptionCreateParams>({
    method: 'POST',
    path: '/v1/subscriptions',
    supports: subscriptionCreateParameters,
    handle: createSubscription,
  }),
  defineRoute<Stripe.SubscriptionListParams>({
    method: 'GET',
    path: '/v1/subscriptions',
    supports: ['customer', 'price', 'status', 'created', 'created.*'],
    handle: listSubscriptions,
  }),
  defineRoute<Stripe.SubscriptionRetrieveParams>({
    method: 'GET',
    path: '/v1/subscriptions/:id',
    supports: [],
    handle: (context, _, { id = '' }) => existing(context, 'subscription', id),
  }),
  defineRoute<Stripe.SubscriptionUpdateParams>({
    method: 'POST',
    path: '/v1/subscriptions/:id',
    supports: subscriptionUpdateParameters,
    handle: updateSubscription,
  }),
  defineRoute<Stripe.SubscriptionCancelParams>({
    method: 'DELETE',
    path: '/v1/subscriptions/:id',
    supports: ['cancellation_details.comment', 'cancellation_details.feedback', 'invoice_now', 'prorate'],
    handle: (context, parameters, { id = '' }) => {
      const subscription = existing(context, 'subscription', id)
      for (const name of ['invoice_now', 'prorate'] as const) {
        if (parameters[name]) throw notSupportedYet(`Canceling with ${name}`, name)
      }
      // To a cancel, a subscription that has ended is not there any more.
      if (subscription.ended_at !== null) throw resourceMissing('subscription', id)
      const { comment, feedback } = parameters.cancellation_details ?? {}
      return cancelSubscription(context, subscription, {
        comment: comment || null,
        feedback: feedback || null,
      })
    },
  }),
  defineRoute<Stripe.SubscriptionResumeParams>({
    method: 'POST',
    path: '/v1/subscriptions/:id/resume',
    supports: [],
    handle: (context, _, { id = '' }) => {
      const subscription = existing(context, 'subscription', id)
      // Nothing in this sandbox pauses a subscription yet (`pause`, trials that end without a card), so none can go on.
      throw new StripeApiError(
        `You can only resume a subscription that is paused. Subscription ${subscription.id} is ${subscription.status}.`,
      )
    },
  }),
]

function listSubscriptions(
  context: Context,
  parameters: Stripe.SubscriptionListParams,
): Stripe.ApiList<Stripe.Subscription> {
  const { customer, price, status, created } = parameters
  checkNamed(context, { customer, price })
  return page(context, 'subscription', {
    url: '/v1/subscriptions',
    parameters,
    ...(customer === undefined ? {} : { among: context.store.where('subscription', 'customer', customer) }),
    filter: (subscription) =>
      (customer === undefined || idOf(subscription.customer) === customer) &&
      (price === undefined || subscription.items.data.some((item) => item.price.id === price)) &&
      hasStatus(subscription, status) &&
      inRange(subscription.created, created),
  })
}

/** Without `status`, everything that has not been canceled. */
function hasStatus(subscription: Stripe.Subscription, status: string | undefined): boolean {
  switch (status) {
    case undefined:
      return subscription.status !== 'canceled'
    case 'all':
      return true
    case 'ended':
      return subscription.status === 'canceled' || subscription.status === 'incomplete_expired'
    default:
      return subscription.status === status
  }
}
