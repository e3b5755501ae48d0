import type Stripe from 'stripe'
import type { Context } from '../../context.ts'
import type { Store } from '../../store/store.ts'
import { idOf } from '../../store/tables.ts'
import { saveChanges } from '../save-changes.ts'

type Schedule = Stripe.SubscriptionSchedule

/** The schedule that decides about a subscription; undefined when nothing does. */
export function liveScheduleOf(store: Store, subscription: Stripe.Subscription): Schedule | undefined {
  const schedule = store.get('subscription_schedule', idOf(subscription.schedule) ?? '')
  return schedule?.status === 'active' ? schedule : undefined
}

/** Ends a schedule with its subscription: `subscription_schedule.canceled`, or `.aborted` when the subscription was not paid. */
export function cancelSchedule(
  context: Context,
  schedule: Schedule,
  { isDelinquent = false } = {},
): Schedule {
  const canceled: Schedule = {
    ...schedule,
    canceled_at: context.clock.now(),
    current_phase: null,
    status: 'canceled',
  }
  context.store.put('subscription_schedule', canceled)
  context.emit(isDelinquent ? 'subscription_schedule.aborted' : 'subscription_schedule.canceled', canceled)
  return canceled
}

/** A subscription has ended by itself, or was ended past its schedule. */
export function endScheduleWith(context: Context, ended: Stripe.Subscription): void {
  const schedule = liveScheduleOf(context.store, ended)
  if (schedule === undefined) return
  cancelSchedule(context, schedule, {
    isDelinquent: ended.cancellation_details?.reason === 'payment_failed',
  })
}

/**
 * Lets a subscription go on without its schedule: `subscription_schedule.updated` and `.released`. Both forget each other, but
 * for `released_subscription`.
 */
export function releaseSchedule(
  context: Context,
  schedule: Schedule,
  withoutEnd: (subscription: Stripe.Subscription) => Stripe.Subscription,
): Schedule {
  const subscription = context.store.get('subscription', idOf(schedule.subscription) ?? '')
  const released = saveChanges(
    context,
    'subscription_schedule',
    schedule,
    {
      ...schedule,
      current_phase: null,
      released_at: context.clock.now(),
      released_subscription: subscription?.id ?? null,
      status: 'released',
      subscription: null,
    },
    'subscription_schedule.updated',
  )
  context.emit('subscription_schedule.released', released)
  if (subscription) {
    const free = withoutEnd({ ...subscription, schedule: null })
    saveChanges(context, 'subscription', subscription, free, 'customer.subscription.updated')
  }
  return released
}
