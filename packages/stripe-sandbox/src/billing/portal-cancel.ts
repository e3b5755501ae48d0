import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import {
  type CancellationAnswers,
  cancelSubscription,
  latestPeriodEnd,
  scheduleCancellation,
  undoCancellation,
} from './cancel-subscription.ts'
import { creditForRest } from './credit-for-rest.ts'
import { settleUnusedTime } from './end-with-bill.ts'
import { scheduledChangeAt } from './portal-plans.ts'
import { allows, ownSubscription, type PortalAnswer, type PortalVisitor, refused } from './portal-visit.ts'
import { withEndablePeriods } from './running-periods.ts'

type Feature = Stripe.BillingPortal.Configuration.Features.SubscriptionCancel

/** Stripe's portal leaves a subscription alone whose schedule still has plans for it (stripe-facts 7.4). */
export function canCancel(
  context: Context,
  visit: PortalVisitor,
  subscription: Stripe.Subscription,
): boolean {
  return allows(visit, 'subscription_cancel') && scheduledChangeAt(context, subscription) === null
}

/** Whether canceling ends it now. Nothing was paid for a subscription that never began: there is no period to wait for. */
export function endsAtOnce({ mode }: Feature, { status }: Stripe.Subscription): boolean {
  return mode === 'immediately' || status === 'incomplete'
}

/** The credit that canceling now gives for the time that is left, minor units, 0 or more. */
export function creditOfCanceling(
  context: Context,
  feature: Feature,
  subscription: Stripe.Subscription,
): number {
  if (!endsAtOnce(feature, subscription) || feature.proration_behavior === 'none') return 0
  return creditForRest(context, subscription)
}

/**
 * Cancels a subscription as the configuration says: at the period's end (the default), or at once, then with credit for the
 * unused time where it prorates. Answers that the configuration does not ask for are not kept.
 */
export function cancelInPortal(
  context: Context,
  portalSessionId: string,
  subscriptionId: string,
  answers: CancellationAnswers = {},
): PortalAnswer {
  const found = cancelableSubscription(context, portalSessionId, subscriptionId)
  if ('message' in found) return found
  const { subscription, visit } = found
  const feature = visit.configuration.features.subscription_cancel
  if (subscription.cancel_at !== null) return refused('This subscription is already set to end.')
  const asked = askedFor(feature, answers)
  if (endsAtOnce(feature, subscription)) {
    const prorates = feature.proration_behavior === 'create_prorations'
    settleUnusedTime(context, subscription, { prorates, invoicesNow: false })
    cancelSubscription(context, subscription, asked)
  } else {
    const schedule = {
      cancelAt: latestPeriodEnd(withEndablePeriods(subscription, context.clock.now())),
      atPeriodEnd: subscription.billing_mode.type === 'classic',
    }
    scheduleCancellation(context, subscription, schedule, asked)
  }
  return { done: true }
}

/** Takes a scheduled cancellation back. */
export function undoCancelInPortal(
  context: Context,
  portalSessionId: string,
  subscriptionId: string,
): PortalAnswer {
  const found = cancelableSubscription(context, portalSessionId, subscriptionId)
  if ('message' in found) return found
  if (found.subscription.cancel_at === null) return refused('This subscription is not set to end.')
  undoCancellation(context, found.subscription)
  return { done: true }
}

/** The reasons in the shop's own words that can still be chosen. */
export function ownReasons(
  { store }: Context,
  { feedback_options: options }: Feature['cancellation_reason'],
): Stripe.Billing.FeedbackOption[] {
  return (options ?? [])
    .flatMap((option) => store.get('billing.feedback_option', idOf(option) ?? '') ?? [])
    .filter(({ status }) => status === 'active')
}

function askedFor(
  { cancellation_reason: reason }: Feature,
  { feedback, feedbackOption, comment }: CancellationAnswers,
): CancellationAnswers {
  if (!reason.enabled) return {}
  const isOffered = feedback != null && reason.options.includes(feedback)
  const isOwn = reason.feedback_options?.some((option) => idOf(option) === feedbackOption) ?? false
  return {
    feedback: isOffered ? feedback : null,
    feedbackOption: isOwn ? (feedbackOption ?? null) : null,
    comment: comment ?? null,
  }
}

function cancelableSubscription(
  context: Context,
  portalSessionId: string,
  subscriptionId: string,
): ReturnType<typeof ownSubscription> {
  const found = ownSubscription(context, portalSessionId, subscriptionId)
  if ('message' in found) return found
  if (!canCancel(context, found.visit, found.subscription))
    return refused('This subscription cannot be canceled here.')
  return found.subscription.ended_at === null ? found : refused('This subscription has ended.')
}
