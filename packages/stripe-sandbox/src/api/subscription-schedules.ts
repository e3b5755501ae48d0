import type Stripe from 'stripe'
import { cancelSubscription, withoutSchedule } from '../billing/cancel-subscription.ts'
import { settleUnusedTime } from '../billing/end-with-bill.ts'
import { cancelSchedule, releaseSchedule } from '../billing/schedules/end-schedule.ts'
import { subscriptionOf } from '../billing/schedules/schedule-steps.ts'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { defineRoute } from '../wire/define-route.ts'
import { existing } from '../wire/existing.ts'
import { inRange, page } from '../wire/pagination.ts'
import type { Route } from '../wire/route.ts'
import { checkNamed } from './check-named.ts'
import { createSchedule, scheduleCreateParameters } from './create-subscription-schedule.ts'
import { checkLive, scheduleUpdateParameters, updateSchedule } from './update-subscription-schedule.ts'

const table = 'subscription_schedule'

export const subscriptionScheduleRoutes: readonly Route[] = [
  defineRoute<Stripe.SubscriptionScheduleCreateParams>({
    method: 'POST',
    path: '/v1/subscription_schedules',
    supports: scheduleCreateParameters,
    handle: createSchedule,
  }),
  defineRoute<Stripe.SubscriptionScheduleListParams>({
    method: 'GET',
    path: '/v1/subscription_schedules',
    supports: [
      'canceled_at',
      'canceled_at.*',
      'completed_at',
      'completed_at.*',
      'created',
      'created.*',
      'customer',
      'released_at',
      'released_at.*',
      'scheduled',
    ],
    handle: listSchedules,
  }),
  defineRoute<Stripe.SubscriptionScheduleRetrieveParams>({
    method: 'GET',
    path: '/v1/subscription_schedules/:id',
    supports: [],
    handle: (context, _, { id = '' }) => existing(context, table, id),
  }),
  defineRoute<Stripe.SubscriptionScheduleUpdateParams>({
    method: 'POST',
    path: '/v1/subscription_schedules/:id',
    supports: scheduleUpdateParameters,
    handle: updateSchedule,
  }),
  defineRoute<Stripe.SubscriptionScheduleCancelParams>({
    method: 'POST',
    path: '/v1/subscription_schedules/:id/cancel',
    supports: ['invoice_now', 'prorate'],
    handle: (context, parameters, { id = '' }) => cancel(context, existing(context, table, id), parameters),
  }),
  defineRoute<Stripe.SubscriptionScheduleReleaseParams>({
    method: 'POST',
    path: '/v1/subscription_schedules/:id/release',
    supports: ['preserve_cancel_date'],
    handle: (context, parameters, { id = '' }) => {
      const schedule = existing(context, table, id)
      checkLive(schedule, 'release')
      return releaseSchedule(context, schedule, (subscription) =>
        parameters.preserve_cancel_date ? subscription : withoutSchedule(subscription),
      )
    },
  }),
]

/** A schedule that runs takes its subscription along. */
function cancel(
  context: Context,
  schedule: Stripe.SubscriptionSchedule,
  parameters: Stripe.SubscriptionScheduleCancelParams,
): Stripe.SubscriptionSchedule {
  checkLive(schedule, 'cancel')
  if (schedule.status === 'not_started') return cancelSchedule(context, schedule)
  const subscription = subscriptionOf(context, schedule)
  settleUnusedTime(context, subscription, {
    prorates: parameters.prorate ?? true,
    billsUsage: parameters.invoice_now ?? true,
    isFinal: true,
    invoicesNow: parameters.invoice_now ?? true,
  })
  cancelSubscription(context, existing(context, 'subscription', subscription.id))
  return existing(context, table, schedule.id)
}

function listSchedules(
  context: Context,
  parameters: Stripe.SubscriptionScheduleListParams,
): Stripe.ApiList<Stripe.SubscriptionSchedule> {
  const { customer, scheduled } = parameters
  checkNamed(context, { customer })
  return page(context, table, {
    url: '/v1/subscription_schedules',
    noun: 'subscription schedule',
    parameters,
    ...(customer === undefined ? {} : { among: context.store.where(table, 'customer', customer) }),
    filter: (schedule) =>
      (customer === undefined ? idOf(schedule.test_clock) === null : true) &&
      (scheduled !== true || schedule.status === 'not_started') &&
      isIn(schedule.canceled_at, parameters.canceled_at) &&
      isIn(schedule.completed_at, parameters.completed_at) &&
      isIn(schedule.released_at, parameters.released_at) &&
      inRange(schedule.created, parameters.created),
  })
}

/** What has not happened is in no range. */
function isIn(moment: number | null, range: Stripe.RangeQueryParam | number | undefined): boolean {
  return range === undefined || (moment !== null && inRange(moment, range))
}
