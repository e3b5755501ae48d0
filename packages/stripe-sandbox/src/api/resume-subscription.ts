import type Stripe from 'stripe'
import { resumeAnew } from '../billing/resume-anew.ts'
import { resumeOnGrid } from '../billing/resume-on-grid.ts'
import type { Context } from '../context.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'

export const subscriptionResumeParameters = [
  'billing_cycle_anchor.type',
  'payment_behavior',
  'proration_behavior',
  'proration_date',
] as const

/**
 * Lets a paused subscription go on: a new period begins now, and its invoice is finalized and charged at once. With
 * `resume_on_payment_attempt` (the default) it is live whatever the attempt brought (past due when it failed); with
 * `resume_on_payment_success` it stays paused until the invoice is paid, 23 hours at most. With the anchor unchanged it goes on
 * within the period in which it would be now, and pays for what is left of it.
 */
export function resumeSubscription(
  context: Context,
  parameters: Stripe.SubscriptionResumeParams,
  { id = '' }: Record<string, string>,
): Stripe.Subscription {
  const paused = existing(context, 'subscription', id)
  if (paused.status !== 'paused') {
    throw new StripeApiError(
      `You can only resume a subscription that is paused. Subscription ${paused.id} is ${paused.status}.`,
    )
  }
  const isLiveAtOnce = parameters.payment_behavior !== 'resume_on_payment_success'
  if (parameters.billing_cycle_anchor?.type === 'unchanged') {
    resumeOnGrid(context, paused, {
      isLiveAtOnce,
      prorationBehavior: parameters.proration_behavior ?? 'create_prorations',
      prorationDate: parameters.proration_date ?? context.clock.now(),
    })
  } else {
    resumeAnew(context, paused, isLiveAtOnce)
  }
  return existing(context, 'subscription', id)
}
