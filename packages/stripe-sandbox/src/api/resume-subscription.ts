import type Stripe from 'stripe'
import { resumeAnew } from '../billing/resume-anew.ts'
import { resumeOnGrid } from '../billing/resume-on-grid.ts'
import { dropResumption } from '../billing/resumption.ts'
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
 * Lets a paused subscription go on, as soon as its invoice says so (resumption.ts): with a new period that begins now, or with the
 * anchor unchanged within the period in which it would be now, of which it pays for what is left. A resumption that waits
 * already is dropped, and its invoice voided: there is one to pay, not two.
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
  dropResumption(context, paused)
  const goesOnWith =
    parameters.payment_behavior === 'resume_on_payment_success' ? 'payment_success' : 'payment_attempt'
  if (parameters.billing_cycle_anchor?.type === 'unchanged') {
    resumeOnGrid(context, paused, {
      goesOnWith,
      prorationBehavior: parameters.proration_behavior ?? 'create_prorations',
      prorationDate: parameters.proration_date ?? context.clock.now(),
    })
  } else {
    resumeAnew(context, paused, goesOnWith)
  }
  return existing(context, 'subscription', id)
}
