import type Stripe from 'stripe'
import type { Context } from '../../context.ts'
import { dueKind } from '../../time/due-kind.ts'
import { earliestPeriodEnd, endScheduledSubscription, expireIncomplete } from '../cancel-subscription.ts'
import { expirePendingUpdate } from '../pending-update.ts'
import { previewNextInvoice } from '../preview-invoice.ts'
import { renewSubscription } from '../renew-subscription.ts'
import { dropResumption, resumptionEndsAt } from '../resumption.ts'
import { saveChanges } from '../save-changes.ts'
import { note, tellTrialEnd } from '../subscription-notices.ts'

/** How long a first invoice may stay unpaid before its subscription expires. Seconds. */
const firstPaymentWithin = 23 * 3600
const day = 86_400

/** Statuses in which periods follow one another. */
const renewing: ReadonlySet<string> = new Set(['active', 'trialing', 'past_due', 'unpaid'])

/** What comes next in a subscription's life, by the clock alone. Of several at one moment the first in this order. */
type Step =
  | 'expire'
  | 'end'
  | 'drop_update'
  | 'drop_resumption'
  | 'collect_again'
  | 'trial_will_end'
  | 'upcoming'
  | 'renew'

export const subscriptionCycle = dueKind<'subscription'>({
  name: 'subscription cycle',
  table: 'subscription',
  alongside: ['subscription_notices', 'awaited_resumption'],
  at: (subscription, world) => nextStep(subscription, world)?.at ?? null,
  run: (context, subscription) => {
    const step = nextStep(subscription, context)
    if (step) take(context, subscription, step.step)
  },
})

function take(context: Context, subscription: Stripe.Subscription, step: Step): void {
  switch (step) {
    case 'expire':
      expireIncomplete(context, subscription)
      return
    case 'end':
      endScheduledSubscription(context, subscription)
      return
    case 'drop_update':
      expirePendingUpdate(context, subscription)
      return
    case 'drop_resumption':
      dropResumption(context, subscription)
      return
    case 'collect_again':
      change(context, subscription, { pause_collection: null })
      return
    case 'trial_will_end':
      tellTrialEnd(context, subscription)
      return
    case 'upcoming':
      note(context, subscription.id, { periodEnd: earliestPeriodEnd(subscription) })
      announceUpcoming(context, subscription)
      return
    case 'renew':
      renewSubscription(context, subscription)
      return
  }
}

function nextStep(
  subscription: Stripe.Subscription,
  { store, settings }: Pick<Context, 'store' | 'settings'>,
): { step: Step; at: number } | undefined {
  const told = store.get('subscription_notices', subscription.id)
  const steps: [Step, number | null][] =
    subscription.ended_at !== null
      ? []
      : [
          ['expire', subscription.status === 'incomplete' ? subscription.created + firstPaymentWithin : null],
          ['end', subscription.cancel_at],
          ['drop_update', subscription.pending_update?.expires_at ?? null],
          ['drop_resumption', resumptionEndsAt(store, subscription)],
          ['collect_again', subscription.pause_collection?.resumes_at ?? null],
          ['trial_will_end', trialNoticeAt(subscription, told?.trialEnd ?? null)],
          ['upcoming', upcomingAt(subscription, told?.periodEnd ?? null, settings.upcomingInvoiceDays)],
          ['renew', renewing.has(subscription.status) ? earliestPeriodEnd(subscription) : null],
        ]
  return steps
    .flatMap(([step, at]) => (at === null ? [] : [{ step, at }]))
    .reduce<{ step: Step; at: number } | undefined>(
      (first, each) => (first === undefined || each.at < first.at ? each : first),
      undefined,
    )
}

/** Three days before; a shorter trial is told of when it begins. */
function trialNoticeAt(subscription: Stripe.Subscription, toldOf: number | null): number | null {
  const { status, trial_end: trialEnd } = subscription
  if (status !== 'trialing' || trialEnd === null || toldOf === trialEnd) return null
  return trialEnd - 3 * day
}

/** Not for invoices that are sent, and not while collection is paused. */
function upcomingAt(
  subscription: Stripe.Subscription,
  toldOf: number | null,
  days: number | null,
): number | null {
  if (days === null || !renewing.has(subscription.status) || subscription.pause_collection) return null
  if (subscription.collection_method === 'send_invoice') return null
  const end = earliestPeriodEnd(subscription)
  const isEnding = subscription.cancel_at !== null && subscription.cancel_at <= end
  const start = Math.min(...subscription.items.data.map((item) => item.current_period_start))
  // A period shorter than the notice begins with it.
  return isEnding || toldOf === end ? null : Math.max(end - days * day, start)
}

function announceUpcoming(context: Context, subscription: Stripe.Subscription): void {
  const preview = previewNextInvoice(context, subscription)
  if (preview === undefined) return
  // The event's object is a preview that nothing can be asked about: it has no id.
  const { id: _, ...invoice } = preview
  context.emit('invoice.upcoming', invoice)
}

function change(
  context: Context,
  subscription: Stripe.Subscription,
  changes: Partial<Stripe.Subscription>,
): Stripe.Subscription {
  return saveChanges(
    context,
    'subscription',
    subscription,
    { ...subscription, ...changes },
    'customer.subscription.updated',
  )
}
