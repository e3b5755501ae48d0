import type Stripe from 'stripe'
import { settleUnusedTime } from '../billing/end-with-bill.ts'
import { pauseSubscription as pause, whyNotPausable } from '../billing/pause-subscription.ts'
import type { Context } from '../context.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'

export const subscriptionPauseParameters = [
  'bill_for.outstanding_usage_through.type',
  'bill_for.unused_time_from.type',
  'invoicing_behavior',
  'type',
] as const

/**
 * Pauses a subscription: it makes no invoices and no further periods until it is resumed. Only in flexible billing mode, and not
 * while it is sent by mail, in trial, waiting for its first payment, or scheduled (stripe-facts 2.11).
 */
export function pauseSubscription(
  context: Context,
  parameters: Stripe.SubscriptionPauseParams,
  { id = '' }: Record<string, string>,
): Stripe.Subscription {
  const subscription = existing(context, 'subscription', id)
  const problem = whyNotPausable(subscription)
  if (problem !== null) throw new StripeApiError(problem, { code: 'status_transition_invalid' })
  const from = parameters.bill_for?.unused_time_from?.type ?? 'now'
  settleUnusedTime(context, subscription, {
    prorates: from !== 'none',
    billsUsage: parameters.bill_for?.outstanding_usage_through?.type !== 'none',
    fromPeriodStart: from === 'item_current_period_start',
    invoicesNow: parameters.invoicing_behavior === 'invoice',
  })
  return pause(context, existing(context, 'subscription', id), 'pause_requested')
}
