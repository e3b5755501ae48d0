import type Stripe from 'stripe'
import { cancelSubscription } from '../billing/cancel-subscription.ts'
import { settleUnusedTime } from '../billing/end-with-bill.ts'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { defineRoute } from '../wire/define-route.ts'
import { resourceMissing } from '../wire/error-catalogue.ts'
import { existing } from '../wire/existing.ts'
import { inRange, page } from '../wire/pagination.ts'
import type { Route } from '../wire/route.ts'
import { checkNamed } from './check-named.ts'
import { createSubscription, subscriptionCreateParameters } from './create-subscription.ts'
import { pauseSubscription, subscriptionPauseParameters } from './pause-subscription.ts'
import { resumeSubscription, subscriptionResumeParameters } from './resume-subscription.ts'
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
    handle: cancelNow,
  }),
  defineRoute<Stripe.SubscriptionPauseParams>({
    method: 'POST',
    path: '/v1/subscriptions/:id/pause',
    supports: subscriptionPauseParameters,
    handle: pauseSubscription,
  }),
  defineRoute<Stripe.SubscriptionResumeParams>({
    method: 'POST',
    path: '/v1/subscriptions/:id/resume',
    supports: subscriptionResumeParameters,
    handle: resumeSubscription,
  }),
]

function cancelNow(
  context: Context,
  parameters: Stripe.SubscriptionCancelParams,
  { id = '' }: Record<string, string>,
): Stripe.Subscription {
  const subscription = existing(context, 'subscription', id)
  // To a cancel, a subscription that has ended is not there any more.
  if (subscription.ended_at !== null) throw resourceMissing('subscription', id)
  settleUnusedTime(context, subscription, {
    prorates: parameters.prorate ?? false,
    invoicesNow: parameters.invoice_now ?? false,
  })
  const { comment, feedback } = parameters.cancellation_details ?? {}
  return cancelSubscription(context, existing(context, 'subscription', id), {
    comment: comment || null,
    feedback: feedback || null,
  })
}

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
