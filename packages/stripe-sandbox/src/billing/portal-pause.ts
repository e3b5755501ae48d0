import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { settleUnusedTime } from './end-with-bill.ts'
import { pauseSubscription, whyNotPausable } from './pause-subscription.ts'
import { addCadence } from './periods.ts'
import { allows, ownSubscription, type PortalAnswer, type PortalTerms, refused } from './portal-visit.ts'
import { resumeAnew } from './resume-anew.ts'
import { isResumptionUnpaid } from './resumption.ts'

type Interval = Stripe.BillingPortal.Configuration.Features.SubscriptionPause.Duration.IntervalOption

/** How long a pause can last; null: until it is ended. */
export type PauseChoice = Interval | null

/** What the configuration lets customers choose from. */
export function pauseChoices({ configuration }: Pick<PortalTerms, 'configuration'>): PauseChoice[] {
  const { duration } = configuration.features.subscription_pause
  return duration.type === 'interval_options' ? duration.interval_options : [null]
}

/** As the API has it (pause-subscription.ts); one that is going to end is not paused before. */
export function canPause(visit: PortalTerms, subscription: Stripe.Subscription): boolean {
  const isEnding = subscription.cancel_at !== null
  return allows(visit, 'subscription_pause') && !isEnding && whyNotPausable(subscription) === null
}

/** A resumption whose invoice waits is not begun again: that invoice is to be paid. */
export function canResume(context: Context, visit: PortalTerms, subscription: Stripe.Subscription): boolean {
  return (
    allows(visit, 'subscription_pause') &&
    subscription.status === 'paused' &&
    !isResumptionUnpaid(context.store, subscription)
  )
}

/** When a pause of this length that begins now would end, unix seconds. */
export function pauseEndsAt(context: Context, choice: Interval): number {
  return addCadence(context.clock.now(), { interval: choice.interval, intervalCount: choice.interval_count })
}

/** Pauses a subscription now, with credit for the unused time on the next invoice, for one of the offered times. */
export function pauseInPortal(
  context: Context,
  portalSessionId: string,
  subscriptionId: string,
  choice: number,
): PortalAnswer {
  const found = ownSubscription(context, portalSessionId, subscriptionId)
  if ('message' in found) return found
  const { subscription, visit } = found
  if (!canPause(visit, subscription)) return refused('This subscription cannot be paused here.')
  const chosen = pauseChoices(visit)[choice]
  if (chosen === undefined) return refused('Choose how long the pause is to last.')
  settleUnusedTime(context, subscription, { prorates: true, billsUsage: true, invoicesNow: false })
  const settled = context.store.get('subscription', subscription.id) ?? subscription
  pauseSubscription(context, settled, 'pause_requested')
  if (chosen === null) return { done: true }
  context.store.put('planned_resumption', {
    id: subscription.id,
    at: pauseEndsAt(context, chosen),
  })
  return { done: true }
}

/** Lets a paused subscription go on, once what begins is paid. */
export function resumeInPortal(
  context: Context,
  portalSessionId: string,
  subscriptionId: string,
): PortalAnswer {
  const found = ownSubscription(context, portalSessionId, subscriptionId)
  if ('message' in found) return found
  if (!canResume(context, found.visit, found.subscription)) {
    return refused('This subscription cannot be resumed here.')
  }
  resumeAnew(context, found.subscription, 'payment_success')
  return context.store.get('subscription', subscriptionId)?.status === 'paused'
    ? refused('The payment did not go through. Your plan goes on when its open invoice is paid.')
    : { done: true }
}
