import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import type { SubscriptionNotices } from './records.ts'

const noticeSeconds = 3 * 86_400

/** `customer.subscription.trial_will_end`, once for each end. */
export function tellTrialEnd(context: Context, subscription: Stripe.Subscription): void {
  note(context, subscription.id, { trialEnd: subscription.trial_end })
  context.emit('customer.subscription.trial_will_end', subscription)
}

/** The same at once for a trial that is shorter than the notice, when it begins or is cut short. */
export function tellShortTrial(context: Context, subscription: Stripe.Subscription): void {
  const { trial_end: trialEnd } = subscription
  if (trialEnd !== null && trialEnd - context.clock.now() <= noticeSeconds)
    tellTrialEnd(context, subscription)
}

/** Remembers what a subscription was told of. */
export function note(context: Context, id: string, told: Partial<Omit<SubscriptionNotices, 'id'>>): void {
  const known = context.store.get('subscription_notices', id)
  context.store.put('subscription_notices', { trialEnd: null, periodEnd: null, ...known, ...told, id })
}
