import type Stripe from 'stripe'
import { latestPeriodEnd, withoutSchedule, withSchedule } from '../billing/cancel-subscription.ts'
import { saveChanges } from '../billing/save-changes.ts'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { parameterInvalid, parametersExclusive } from '../wire/error-catalogue.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import { orKept } from '../wire/or-kept.ts'
import { checkOwnCard } from './own-card.ts'
import { cancelAtOf } from './subscription-schedule.ts'
import { changedItems } from './update-subscription-items.ts'

type Parameters = Stripe.SubscriptionUpdateParams

export const subscriptionUpdateParameters = [
  'metadata.*',
  'description',
  'cancel_at',
  'cancel_at_period_end',
  'cancellation_details.comment',
  'cancellation_details.feedback',
  'default_payment_method',
  'items.id',
  'items.price',
  'items.quantity',
  'items.metadata.*',
  'payment_settings.save_default_payment_method',
  'proration_behavior',
  'trial_settings.end_behavior.missing_payment_method',
] as const

/** Changes a subscription; `customer.subscription.updated` when anything changed. */
export function updateSubscription(
  context: Context,
  parameters: Parameters,
  { id = '' }: Record<string, string>,
): Stripe.Subscription {
  const before = existing(context, 'subscription', id)
  checkEditable(before, parameters)
  const changed = withCancellation(context, withFields(context, before, parameters), parameters)
  return saveChanges(context, 'subscription', before, changed, 'customer.subscription.updated')
}

/** An ended subscription keeps only its notes editable; one that waits for its first payment keeps only its metadata. */
function checkEditable(subscription: Stripe.Subscription, parameters: Parameters): void {
  const given = Object.keys(parameters).filter((name) => name !== 'expand')
  const isAsked = (allowed: readonly string[]) => given.some((name) => !allowed.includes(name))
  if (subscription.ended_at !== null && isAsked(['metadata', 'cancellation_details'])) {
    throw new StripeApiError('A canceled subscription can only update its cancellation_details and metadata.')
  }
  if (subscription.status === 'incomplete' && isAsked(['metadata', 'default_payment_method'])) {
    throw new StripeApiError(
      `Cannot update subscription ${subscription.id} because it is incomplete. Only metadata and the default payment method can be changed until its first invoice is paid.`,
    )
  }
}

function withFields(
  context: Context,
  subscription: Stripe.Subscription,
  parameters: Parameters,
): Stripe.Subscription {
  const card = parameters.default_payment_method
  if (card) checkOwnCard(context, idOf(subscription.customer), card, 'default_payment_method')
  const saves = parameters.payment_settings?.save_default_payment_method
  const missing = parameters.trial_settings?.end_behavior.missing_payment_method
  return {
    ...subscription,
    default_payment_method: orKept(card, subscription.default_payment_method),
    description: orKept(parameters.description, subscription.description),
    items:
      parameters.items === undefined
        ? subscription.items
        : { ...subscription.items, data: changedItems(context, subscription, parameters) },
    metadata: mergedMetadata(subscription.metadata, parameters.metadata),
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

function withCancellation(
  context: Context,
  subscription: Stripe.Subscription,
  parameters: Parameters,
): Stripe.Subscription {
  const { cancel_at: cancelAt, cancel_at_period_end: atPeriodEnd } = parameters
  const { comment, feedback } = parameters.cancellation_details ?? {}
  const answers = { comment: comment || null, feedback: feedback || null }
  if (atPeriodEnd && cancelAt) throw parametersExclusive(['cancel_at', 'cancel_at_period_end'])
  if (atPeriodEnd) {
    const schedule = { cancelAt: latestPeriodEnd(subscription), atPeriodEnd: true }
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
  const { comment, feedback } = parameters.cancellation_details
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
    },
  }
}
