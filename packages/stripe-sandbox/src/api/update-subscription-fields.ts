import type Stripe from 'stripe'
import { latestPeriodEnd, withoutSchedule, withSchedule } from '../billing/cancel-subscription.ts'
import { withEndablePeriods } from '../billing/running-periods.ts'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { parameterInvalid, parameterMissing, parametersExclusive } from '../wire/error-catalogue.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import { orKept } from '../wire/or-kept.ts'
import { cancelAtOf } from './cancel-at.ts'
import { checkFeedbackOption } from './feedback-options.ts'
import { checkOwnCard } from './own-card.ts'
import { taxRatesOf } from './subscription-lines.ts'
import { replacedDiscounts } from './update-subscription-items.ts'

type Parameters = Stripe.SubscriptionUpdateParams

/** Everything of an update that bills nothing by itself. */
export function withFields(
  context: Context,
  subscription: Stripe.Subscription,
  parameters: Parameters,
): Stripe.Subscription {
  const customer = idOf(subscription.customer)
  const card = parameters.default_payment_method
  if (card) checkOwnCard(context, customer, card, 'default_payment_method')
  const saves = parameters.payment_settings?.save_default_payment_method
  const missing = parameters.trial_settings?.end_behavior.missing_payment_method
  const collection = collectionOf(subscription, parameters)
  return {
    ...subscription,
    ...collection,
    default_payment_method: orKept(card, subscription.default_payment_method),
    default_tax_rates:
      parameters.default_tax_rates === undefined
        ? (subscription.default_tax_rates ?? null)
        : taxRatesOf(context, parameters.default_tax_rates || [], 'default_tax_rates'),
    description: orKept(parameters.description, subscription.description),
    discounts: replacedDiscounts(context, subscription.discounts, parameters.discounts, {
      param: 'discounts',
      customer,
      currency: subscription.currency,
      place: { customer, subscription: subscription.id },
    }),
    metadata: mergedMetadata(subscription.metadata, parameters.metadata),
    pause_collection: pausedCollection(subscription, parameters),
    payment_settings:
      saves === undefined || subscription.payment_settings === null
        ? subscription.payment_settings
        : { ...subscription.payment_settings, save_default_payment_method: saves },
    trial_settings:
      missing === undefined || subscription.trial_settings === null
        ? subscription.trial_settings
        : {
            end_behavior: {
              ...subscription.trial_settings.end_behavior,
              missing_payment_method: missing,
            },
          },
  }
}

function collectionOf(
  subscription: Stripe.Subscription,
  parameters: Parameters,
): Pick<Stripe.Subscription, 'collection_method' | 'days_until_due'> {
  const method = parameters.collection_method ?? subscription.collection_method
  if (method !== 'send_invoice') return { collection_method: method, days_until_due: null }
  const days = parameters.days_until_due ?? subscription.days_until_due
  if (days === null) throw parameterMissing('days_until_due')
  return { collection_method: method, days_until_due: days }
}

function pausedCollection(
  subscription: Stripe.Subscription,
  { pause_collection: pause }: Parameters,
): Stripe.Subscription.PauseCollection | null {
  if (pause === undefined) return subscription.pause_collection
  if (pause === '' || pause === null) return null
  return { behavior: pause.behavior, resumes_at: pause.resumes_at ?? null }
}

/** The planned end, and what was said about it. */
export function withCancellation(
  context: Context,
  subscription: Stripe.Subscription,
  parameters: Parameters,
): Stripe.Subscription {
  const { cancel_at: cancelAt, cancel_at_period_end: atPeriodEnd } = parameters
  const { comment, feedback, feedback_option: feedbackOption } = parameters.cancellation_details ?? {}
  checkFeedbackOption(context, feedbackOption)
  const answers = {
    comment: comment || null,
    feedback: feedback || null,
    feedbackOption: feedbackOption ?? null,
  }
  if (atPeriodEnd && cancelAt) throw parametersExclusive(['cancel_at', 'cancel_at_period_end'])
  if (atPeriodEnd) {
    const cancelAt = latestPeriodEnd(withEndablePeriods(subscription, context.clock.now()))
    const schedule = { cancelAt, atPeriodEnd: true }
    // Asked for again, the moment of the first request stays.
    return subscription.cancel_at_period_end
      ? withAnswers(subscription, parameters)
      : withSchedule(context, subscription, schedule, answers)
  }
  if (cancelAt) {
    const at = cancelAtOf(subscription, cancelAt, context.clock.now())
    return withSchedule(context, subscription, { cancelAt: at, atPeriodEnd: false }, answers)
  }
  // False takes back every scheduled end, also the portal's, which sets only `cancel_at`.
  const isUndone = cancelAt === '' || cancelAt === null || atPeriodEnd === false
  return withAnswers(
    isUndone && subscription.cancel_at !== null ? withoutSchedule(subscription) : subscription,
    parameters,
  )
}

function withAnswers(subscription: Stripe.Subscription, parameters: Parameters): Stripe.Subscription {
  const details = subscription.cancellation_details
  if (parameters.cancellation_details === undefined || details === null) return subscription
  const { comment, feedback, feedback_option: feedbackOption } = parameters.cancellation_details
  if (subscription.canceled_at === null) {
    throw parameterInvalid(
      'cancellation_details',
      'You can only set cancellation_details on a subscription that is canceled or set to cancel.',
    )
  }
  return {
    ...subscription,
    cancellation_details: {
      ...details,
      comment: orKept(comment, details.comment),
      feedback: orKept(feedback, details.feedback),
      feedback_option: feedbackOption ?? details.feedback_option,
    },
  }
}
