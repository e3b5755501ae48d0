import type Stripe from 'stripe'
import { cancelSubscription } from '../billing/cancel-subscription.ts'
import { settleUnusedTime } from '../billing/end-with-bill.ts'
import type { Context } from '../context.ts'
import { defineRoute } from '../wire/define-route.ts'
import { resourceMissing } from '../wire/error-catalogue.ts'
import { existing } from '../wire/existing.ts'
import type { Route } from '../wire/route.ts'
import { createSubscription, subscriptionCreateParameters } from './create-subscription.ts'
import { checkFeedbackOption } from './feedback-options.ts'
import { listSubscriptions, searchSubscriptions, subscriptionListParameters } from './list-subscriptions.ts'
import { migrateSubscription, subscriptionMigrateParameters } from './migrate-subscription.ts'
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
    supports: subscriptionListParameters,
    handle: listSubscriptions,
  }),
  defineRoute<Stripe.SubscriptionSearchParams>({
    method: 'GET',
    path: '/v1/subscriptions/search',
    supports: ['query', 'page'],
    handle: searchSubscriptions,
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
    supports: [
      'cancellation_details.comment',
      'cancellation_details.feedback',
      'cancellation_details.feedback_option',
      'invoice_now',
      'prorate',
    ],
    handle: cancelNow,
  }),
  defineRoute<Stripe.SubscriptionMigrateParams>({
    method: 'POST',
    path: '/v1/subscriptions/:id/migrate',
    supports: subscriptionMigrateParameters,
    handle: migrateSubscription,
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
    billsUsage: parameters.invoice_now ?? false,
    isFinal: true,
    invoicesNow: parameters.invoice_now ?? false,
  })
  const { comment, feedback, feedback_option: feedbackOption } = parameters.cancellation_details ?? {}
  checkFeedbackOption(context, feedbackOption)
  return cancelSubscription(context, existing(context, 'subscription', id), {
    comment: comment || null,
    feedback: feedback || null,
    feedbackOption: feedbackOption ?? null,
  })
}
