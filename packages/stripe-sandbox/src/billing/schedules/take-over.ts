import type Stripe from 'stripe'
import type { Context } from '../../context.ts'
import { buildSubscriptionSchedule, noDefaultSettings } from '../../objects/subscription-schedule.ts'
import { idOf } from '../../store/tables.ts'
import { latestPeriodEnd } from '../cancel-subscription.ts'
import { customerOf } from '../renew-subscription.ts'
import { phaseOfSubscription } from './follow-subscription.ts'
import { inPhase } from './schedule-steps.ts'

type Schedule = Stripe.SubscriptionSchedule

/**
 * Plans the future of a subscription that is there: what it is, until the end of its period, and then the given phases.
 * `subscription_schedule.created` and `customer.subscription.updated`.
 */
export function takeOverSubscription(
  context: Context,
  subscription: Stripe.Subscription,
  { metadata, upcoming = [] }: { metadata: Stripe.Metadata; upcoming?: Stripe.SubscriptionSchedule.Phase[] },
): Schedule {
  const phase = phaseOfSubscription(subscription, {
    startDate: Math.min(...subscription.items.data.map((item) => item.current_period_start)),
    endDate: subscription.cancel_at ?? latestPeriodEnd(subscription),
  })
  const planned = buildSubscriptionSchedule({
    id: context.ids.newId('sub_sched_'),
    billingMode: subscription.billing_mode,
    created: context.clock.now(),
    customer: customerOf(context, subscription),
    defaultSettings: {
      ...noDefaultSettings,
      collection_method: subscription.collection_method,
      default_payment_method: idOf(subscription.default_payment_method),
      description: subscription.description,
      invoice_settings: {
        ...noDefaultSettings.invoice_settings,
        days_until_due: subscription.days_until_due,
      },
    },
    endBehavior: subscription.cancel_at === null ? 'release' : 'cancel',
    metadata,
    phases: [phase, ...upcoming],
  })
  const schedule: Schedule = { ...inPhase(planned, phase), subscription: subscription.id }
  const attached: Stripe.Subscription = { ...subscription, schedule: schedule.id }
  context.store.put('subscription', attached)
  context.store.put('subscription_schedule', schedule)
  context.emit('subscription_schedule.created', schedule)
  context.emit('customer.subscription.updated', attached, { schedule: subscription.schedule })
  return schedule
}
