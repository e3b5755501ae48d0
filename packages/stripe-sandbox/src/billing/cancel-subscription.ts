import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { markVoid } from './invoice-states.ts'
import { saveChanges } from './save-changes.ts'
import { endScheduleWith } from './schedules/end-schedule.ts'
import { billFinalUsage } from './usage/final-usage.ts'

/** What a person said about why. */
export interface CancellationAnswers {
  comment?: string | null
  feedback?: Stripe.Subscription.CancellationDetails.Feedback | null
  /** Id of a reason in the shop's own words. */
  feedbackOption?: string | null
  /** Why it ends when nobody asked for it. */
  reason?: Stripe.Subscription.CancellationDetails.Reason
}

/**
 * Ends a subscription now. Its open and draft invoices are not collected any more and nothing is refunded. A subscription
 * that never became active turns `incomplete_expired` and its invoice is voided.
 * @param endedAt Unix seconds; a scheduled end that was reached names its own moment.
 */
export function cancelSubscription(
  context: Context,
  subscription: Stripe.Subscription,
  answers: CancellationAnswers = {},
): Stripe.Subscription {
  const now = context.clock.now()
  if (subscription.status === 'incomplete') return expireIncomplete(context, subscription, now)
  const canceled: Stripe.Subscription = {
    ...subscription,
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: now,
    cancellation_details: withAnswers(subscription, answers),
    ended_at: now,
    status: 'canceled',
  }
  return end(context, canceled)
}

/** The scheduled end has come: `canceled_at` keeps the moment of the request. What was used until then is billed. */
export function endScheduledSubscription(
  context: Context,
  subscription: Stripe.Subscription,
): Stripe.Subscription {
  const ended = end(context, {
    ...subscription,
    ended_at: subscription.cancel_at ?? context.clock.now(),
    status: 'canceled',
  })
  billFinalUsage(context, ended)
  return ended
}

/** Nobody paid the first invoice in time (23 hours), or the waiting subscription was canceled: terminal. */
export function expireIncomplete(
  context: Context,
  subscription: Stripe.Subscription,
  canceledAt: number | null = null,
): Stripe.Subscription {
  for (const invoice of context.store.where('invoice', 'subscription', subscription.id)) {
    if (invoice.status === 'open') context.emit('invoice.voided', markVoid(context, invoice))
  }
  return saveChanges(
    context,
    'subscription',
    subscription,
    { ...subscription, canceled_at: canceledAt, ended_at: context.clock.now(), status: 'incomplete_expired' },
    'customer.subscription.updated',
  )
}

/**
 * Schedules the end. Through the API with `cancel_at_period_end`, that flag is set too; the portal in flexible billing mode
 * sets only `cancel_at` (https://docs.stripe.com/billing/subscriptions/billing-mode/compare).
 */
export function scheduleCancellation(
  context: Context,
  subscription: Stripe.Subscription,
  schedule: { cancelAt: number; atPeriodEnd: boolean },
  answers: CancellationAnswers = {},
): Stripe.Subscription {
  return saveChanges(
    context,
    'subscription',
    subscription,
    withSchedule(context, subscription, schedule, answers),
    'customer.subscription.updated',
  )
}

/** The same as a value, for an update that changes more at once. */
export function withSchedule(
  context: Context,
  subscription: Stripe.Subscription,
  schedule: { cancelAt: number; atPeriodEnd: boolean },
  answers: CancellationAnswers = {},
): Stripe.Subscription {
  return {
    ...subscription,
    cancel_at: schedule.cancelAt,
    cancel_at_period_end: schedule.atPeriodEnd,
    canceled_at: context.clock.now(),
    cancellation_details: withAnswers(subscription, answers),
  }
}

/** Takes a scheduled end back. */
export function undoCancellation(context: Context, subscription: Stripe.Subscription): Stripe.Subscription {
  return saveChanges(
    context,
    'subscription',
    subscription,
    withoutSchedule(subscription),
    'customer.subscription.updated',
  )
}

/** The same as a value. */
export function withoutSchedule(subscription: Stripe.Subscription): Stripe.Subscription {
  return {
    ...subscription,
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: null,
    cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null },
  }
}

/** The moment at which the last item's period ends. Unix seconds. */
export function latestPeriodEnd(subscription: Stripe.Subscription): number {
  return Math.max(...subscription.items.data.map((item) => item.current_period_end))
}

/** The moment at which the first item's period ends. Unix seconds. */
export function earliestPeriodEnd(subscription: Stripe.Subscription): number {
  return Math.min(...subscription.items.data.map((item) => item.current_period_end))
}

function end(context: Context, canceled: Stripe.Subscription): Stripe.Subscription {
  context.store.put('subscription', canceled)
  for (const invoice of context.store.where('invoice', 'subscription', canceled.id)) {
    if ((invoice.status === 'open' || invoice.status === 'draft') && invoice.auto_advance) {
      context.store.put('invoice', { ...invoice, auto_advance: false, next_payment_attempt: null })
    }
  }
  context.emit('customer.subscription.deleted', canceled)
  endScheduleWith(context, canceled)
  return canceled
}

function withAnswers(
  subscription: Stripe.Subscription,
  answers: CancellationAnswers,
): Stripe.Subscription.CancellationDetails {
  return {
    comment: answers.comment ?? subscription.cancellation_details?.comment ?? null,
    feedback: answers.feedback ?? subscription.cancellation_details?.feedback ?? null,
    feedback_option: answers.feedbackOption ?? subscription.cancellation_details?.feedback_option ?? null,
    reason: answers.reason ?? 'cancellation_requested',
  }
}
