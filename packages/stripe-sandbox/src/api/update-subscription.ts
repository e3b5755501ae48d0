import type Stripe from 'stripe'
import { billChange, type PaymentBehavior } from '../billing/bill-change.ts'
import type { SubscriptionChange } from '../billing/change-subscription.ts'
import { previousAttributes } from '../billing/previous-attributes.ts'
import { saveChanges } from '../billing/save-changes.ts'
import { liveScheduleOf } from '../billing/schedules/end-schedule.ts'
import { followChange } from '../billing/schedules/follow-subscription.ts'
import type { Context } from '../context.ts'
import { notSupportedYet, parameterInvalid } from '../wire/error-catalogue.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'
import { recurringPriceDataParameters } from './inline-price.ts'
import { withCancellation, withFields } from './update-subscription-fields.ts'
import { changedItems } from './update-subscription-items.ts'

type Parameters = Stripe.SubscriptionUpdateParams

export const subscriptionUpdateParameters = [
  'billing_cycle_anchor.type',
  'cancel_at',
  'cancel_at_period_end',
  'cancellation_details.comment',
  'cancellation_details.feedback',
  'cancellation_details.feedback_option',
  'collection_method',
  'days_until_due',
  'default_payment_method',
  'default_tax_rates',
  'description',
  'discounts.coupon',
  'discounts.discount',
  'discounts.promotion_code',
  'items.deleted',
  'items.discounts.coupon',
  'items.discounts.discount',
  'items.discounts.promotion_code',
  'items.id',
  'items.metadata.*',
  'items.price',
  ...recurringPriceDataParameters.map((name) => `items.${name}` as const),
  'items.quantity',
  'items.tax_rates',
  'metadata.*',
  'off_session',
  'pause_collection.behavior',
  'pause_collection.resumes_at',
  'payment_behavior',
  'payment_settings.save_default_payment_method',
  'proration_behavior',
  'proration_date',
  'trial_end',
  'trial_settings.end_behavior.missing_payment_method',
] as const

/** What alone may be sent with `pending_if_incomplete`. */
const pendingParameters = [
  'billing_cycle_anchor',
  'expand',
  'items',
  'off_session',
  'payment_behavior',
  'proration_behavior',
  'proration_date',
  'trial_end',
]

/** Changes a subscription; `customer.subscription.updated` when anything changed. */
export function updateSubscription(
  context: Context,
  parameters: Parameters,
  { id = '' }: Record<string, string>,
): Stripe.Subscription {
  const before = existing(context, 'subscription', id)
  checkEditable(before, parameters)
  checkUnscheduled(context, before, parameters)
  const behavior = paymentBehavior(before, parameters)
  const { wanted, isBilledAnew } = wantedSubscription(context, before, parameters)
  if (!isBilledAnew) {
    return saveChanges(context, 'subscription', before, wanted, 'customer.subscription.updated')
  }
  billChange(context, before, changeOf(context, before, wanted, parameters), {
    behavior,
    offSession: parameters.off_session ?? false,
  })
  followChange(context, existing(context, 'subscription', id))
  return existing(context, 'subscription', id)
}

/** As the parameters want it; periods and anchor are still those from before. */
export function wantedSubscription(
  context: Context,
  before: Stripe.Subscription,
  parameters: Parameters,
): { wanted: Stripe.Subscription; isBilledAnew: boolean } {
  const fields = withCancellation(context, withFields(context, before, parameters), parameters)
  const items = changedItems(context, before, parameters.items ?? [])
  const withItems: Stripe.Subscription = { ...fields, items: { ...fields.items, data: items } }
  const wanted = withTrial(context, withItems, parameters)
  const isBilledAnew =
    parameters.billing_cycle_anchor?.type === 'now' ||
    parameters.trial_end !== undefined ||
    previousAttributes(billed(before), billed(wanted)) !== undefined
  return { wanted, isBilledAnew }
}

export function changeOf(
  context: Context,
  before: Stripe.Subscription,
  wanted: Stripe.Subscription,
  parameters: Pick<Parameters, 'billing_cycle_anchor' | 'proration_behavior' | 'proration_date'>,
): SubscriptionChange {
  const now = context.clock.now()
  const prorationDate = parameters.proration_date ?? now
  const start = Math.min(...before.items.data.map((item) => item.current_period_start))
  if (
    prorationDate < start ||
    prorationDate > Math.max(...before.items.data.map((item) => item.current_period_end))
  ) {
    throw parameterInvalid('proration_date', 'Invalid proration date: it must be within the current period.')
  }
  return {
    wanted,
    prorationBehavior: prorationBehavior(parameters.proration_behavior),
    prorationDate,
    resetsAnchor: parameters.billing_cycle_anchor?.type === 'now',
    endsTrial: before.status === 'trialing' && wanted.status !== 'trialing',
  }
}

/** An ended subscription keeps only its notes editable; one that waits for its first payment keeps only its metadata. */
function checkEditable(subscription: Stripe.Subscription, parameters: Parameters): void {
  const given = Object.keys(parameters)
  const isAsked = (allowed: readonly string[]) => given.some((name) => !allowed.includes(name))
  if (subscription.ended_at !== null && isAsked(['metadata', 'cancellation_details'])) {
    throw new StripeApiError('A canceled subscription can only update its cancellation_details and metadata.')
  }
  if (subscription.status === 'incomplete' && isAsked(['metadata', 'default_payment_method'])) {
    throw new StripeApiError(
      `Cannot update subscription ${subscription.id} because it is incomplete. Only metadata and the default payment method can be changed until its first invoice is paid.`,
    )
  }
}

/** The end of a subscription with a schedule is the schedule's to decide. */
function checkUnscheduled(
  context: Context,
  subscription: Stripe.Subscription,
  { cancel_at: cancelAt, cancel_at_period_end: atPeriodEnd }: Parameters,
): void {
  const schedule = liveScheduleOf(context.store, subscription)
  if (schedule === undefined || (cancelAt === undefined && atPeriodEnd === undefined)) return
  throw new StripeApiError(
    `The subscription is managed by the subscription schedule \`${schedule.id}\`, and updating any cancelation behavior directly is not allowed. Please update the schedule instead.`,
  )
}

function paymentBehavior(subscription: Stripe.Subscription, parameters: Parameters): PaymentBehavior {
  const behavior = parameters.payment_behavior ?? 'allow_incomplete'
  if (behavior !== 'pending_if_incomplete') {
    return behavior === 'error_if_incomplete' ? 'error_if_incomplete' : 'allow_incomplete'
  }
  const other = Object.keys(parameters).find((name) => !pendingParameters.includes(name))
  if (other !== undefined) {
    throw parameterInvalid(
      other,
      `You cannot change ${other} together with payment_behavior=pending_if_incomplete.`,
    )
  }
  if (subscription.collection_method === 'send_invoice') {
    throw parameterInvalid(
      'payment_behavior',
      'pending_if_incomplete needs a subscription with collection_method=charge_automatically.',
    )
  }
  return 'pending_if_incomplete'
}

function prorationBehavior(behavior: string | undefined): SubscriptionChange['prorationBehavior'] {
  if (behavior === 'none') return 'none'
  return behavior === 'always_invoice' ? 'always_invoice' : 'create_prorations'
}

/** What a change of which bills something anew. */
function billed(subscription: Stripe.Subscription): object {
  return subscription.items.data.map(({ id, price, quantity }) => ({ id, price: price.id, quantity }))
}

/** `now` ends a trial; a moment begins one, or moves its end, and with it the billing date. */
function withTrial(
  context: Context,
  subscription: Stripe.Subscription,
  { trial_end: trialEnd }: Parameters,
): Stripe.Subscription {
  const now = context.clock.now()
  if (trialEnd === undefined) return subscription
  if (trialEnd === 'now') {
    return subscription.status === 'trialing'
      ? { ...subscription, status: 'active', trial_end: now }
      : subscription
  }
  // A boundary: `'now' | number` travels as text.
  const at = Number(trialEnd)
  if (!Number.isInteger(at) || at <= now) {
    throw parameterInvalid('trial_end', 'The trial end date must be a timestamp in the future.')
  }
  if (subscription.status !== 'active' && subscription.status !== 'trialing') {
    throw notSupportedYet(`Giving a trial to a subscription that is ${subscription.status}`, 'trial_end')
  }
  return {
    ...subscription,
    billing_cycle_anchor: at,
    items: {
      ...subscription.items,
      data: subscription.items.data.map((item) => ({ ...item, current_period_end: at })),
    },
    status: 'trialing',
    trial_end: at,
    trial_start: subscription.status === 'trialing' ? subscription.trial_start : now,
  }
}
