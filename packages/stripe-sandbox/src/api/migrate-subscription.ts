import type Stripe from 'stripe'
import { saveChanges } from '../billing/save-changes.ts'
import { liveScheduleOf } from '../billing/schedules/end-schedule.ts'
import type { Context } from '../context.ts'
import { flexibleBilling } from '../objects/subscription.ts'
import { notSupportedYet } from '../wire/error-catalogue.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'

export const subscriptionMigrateParameters = [
  'billing_mode.type',
  'billing_mode.flexible.proration_discounts',
] as const

/** Moves a subscription from classic to flexible billing mode; there is no way back. Bills nothing by itself. */
export function migrateSubscription(
  context: Context,
  { billing_mode: mode }: Stripe.SubscriptionMigrateParams,
  { id = '' }: Record<string, string>,
): Stripe.Subscription {
  const before = existing(context, 'subscription', id)
  if (mode.flexible?.proration_discounts === 'itemized') {
    throw notSupportedYet("proration_discounts 'itemized'", 'billing_mode[flexible][proration_discounts]')
  }
  if (before.ended_at !== null) {
    throw new StripeApiError(`You cannot migrate a subscription whose status is ${before.status}.`)
  }
  if (before.billing_mode.type === 'flexible') {
    throw new StripeApiError(`Subscription ${id} is already in flexible billing mode.`)
  }
  const billingMode = { ...flexibleBilling, updated_at: context.clock.now() }
  const schedule = liveScheduleOf(context.store, before)
  if (schedule) {
    const follows = { ...schedule, billing_mode: billingMode }
    saveChanges(context, 'subscription_schedule', schedule, follows, 'subscription_schedule.updated')
  }
  return saveChanges(
    context,
    'subscription',
    before,
    { ...before, billing_mode: billingMode },
    'customer.subscription.updated',
  )
}
