import type Stripe from 'stripe'
import { earliestPeriodEnd } from '../billing/cancel-subscription.ts'
import { liveScheduleOf } from '../billing/schedules/end-schedule.ts'
import { inPhase } from '../billing/schedules/schedule-steps.ts'
import { announceStart, startScheduled } from '../billing/schedules/start-scheduled.ts'
import { takeOverSubscription } from '../billing/schedules/take-over.ts'
import type { Context } from '../context.ts'
import { flexibleBilling } from '../objects/subscription.ts'
import { buildSubscriptionSchedule, noDefaultSettings } from '../objects/subscription-schedule.ts'
import { idOf } from '../store/tables.ts'
import {
  notSupportedYet,
  parameterInvalid,
  parameterMissing,
  parametersExclusive,
} from '../wire/error-catalogue.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import { checkBackdatedPhase } from './backdated-start.ts'
import { checkOwnCard } from './own-card.ts'
import { momentOf, phaseParameters, phasesOf } from './schedule-phases.ts'

type Parameters = Stripe.SubscriptionScheduleCreateParams
type Schedule = Stripe.SubscriptionSchedule
type Defaults = Stripe.SubscriptionScheduleUpdateParams.DefaultSettings

export const defaultSettingsParameters = [
  'default_settings.billing_cycle_anchor',
  'default_settings.collection_method',
  'default_settings.default_payment_method',
  'default_settings.description',
  'default_settings.invoice_settings.days_until_due',
] as const

export const scheduleCreateParameters = [
  ...defaultSettingsParameters,
  ...phaseParameters.map((name) => `phases.${name}`),
  'billing_mode.type',
  'customer',
  'end_behavior',
  'from_subscription',
  'metadata.*',
  'start_date',
]

/** How many phases may be running or to come. */
export const mostPhases = 10

/**
 * Plans what a subscription will be and when. One that begins now makes its subscription at once; `from_subscription` takes over
 * one that is there, with a single phase: what it is, until the end of its period.
 */
export function createSchedule(context: Context, parameters: Parameters): Schedule {
  if (parameters.from_subscription !== undefined) return takeOver(context, parameters)
  if (parameters.customer === undefined) throw parameterMissing('customer')
  const customer = existing(context, 'customer', parameters.customer, 'customer')
  const now = context.clock.now()
  const startDate = momentOf(context, parameters.start_date) ?? now
  const planned = buildSubscriptionSchedule({
    id: context.ids.newId('sub_sched_'),
    billingMode:
      parameters.billing_mode?.type === 'classic' ? { flexible: null, type: 'classic' } : flexibleBilling,
    created: now,
    customer,
    defaultSettings: withDefaults(context, noDefaultSettings, parameters.default_settings, customer.id),
    endBehavior: endBehaviorOf(parameters.end_behavior) ?? 'release',
    metadata: mergedMetadata({}, parameters.metadata),
    phases: phasesOf(context, parameters.phases ?? [], { customer: customer.id, startDate }),
  })
  checkCollectable(planned)
  if (planned.phases.length > mostPhases) throw tooManyPhases()
  const [first] = planned.phases
  if (startDate > now || first === undefined) return announced(context, planned)
  if (startDate < now) checkBackdatedPhase(context, first, planned.billing_mode.type)
  const start = startScheduled(context, inPhase(planned, first), first)
  const schedule = announced(context, existing(context, 'subscription_schedule', planned.id))
  announceStart(context, start)
  return schedule
}

function announced(context: Context, schedule: Schedule): Schedule {
  context.store.put('subscription_schedule', schedule)
  context.emit('subscription_schedule.created', schedule)
  return schedule
}

function takeOver(context: Context, parameters: Parameters): Schedule {
  const other = Object.keys(parameters).find(
    (name) => !['from_subscription', 'expand', 'metadata', 'billing_mode'].includes(name),
  )
  if (other !== undefined) throw parametersExclusive(['from_subscription', other])
  const id = parameters.from_subscription ?? ''
  const subscription = existing(context, 'subscription', id, 'from_subscription')
  const problem = problemOf(context, subscription)
  if (problem !== null) throw new StripeApiError(problem, { param: 'from_subscription' })
  return takeOverSubscription(context, subscription, { metadata: mergedMetadata({}, parameters.metadata) })
}

function problemOf(context: Context, subscription: Stripe.Subscription): string | null {
  if (liveScheduleOf(context.store, subscription)) {
    return `You cannot migrate a subscription that is already attached to a schedule: ${idOf(subscription.schedule)}.`
  }
  if (['active', 'trialing', 'past_due', 'unpaid'].includes(subscription.status)) {
    return earliestPeriodEnd(subscription) > context.clock.now()
      ? null
      : `Subscription ${subscription.id} is being renewed.`
  }
  return `You cannot migrate a subscription whose status is ${subscription.status}.`
}

/** Default settings with what was given of them. */
export function withDefaults(
  context: Context,
  before: Stripe.SubscriptionSchedule.DefaultSettings,
  given: Defaults | undefined,
  customer: string,
): Stripe.SubscriptionSchedule.DefaultSettings {
  if (given === undefined) return before
  const card = given.default_payment_method
  if (card !== undefined) checkOwnCard(context, customer, card, 'default_settings[default_payment_method]')
  return {
    ...before,
    billing_cycle_anchor: given.billing_cycle_anchor ?? before.billing_cycle_anchor,
    collection_method: given.collection_method ?? before.collection_method,
    default_payment_method: card ?? before.default_payment_method,
    description: given.description === undefined ? before.description : given.description || null,
    invoice_settings: {
      ...before.invoice_settings,
      days_until_due: given.invoice_settings?.days_until_due ?? before.invoice_settings.days_until_due,
    },
  }
}

export function endBehaviorOf(
  given: string | undefined,
): Stripe.SubscriptionSchedule.EndBehavior | undefined {
  if (given === 'none' || given === 'renew') throw notSupportedYet(`end_behavior '${given}'`, 'end_behavior')
  return given
}

/** An invoice that is sent needs a day on which it is due. */
export function checkCollectable({ phases, default_settings: defaults }: Schedule): void {
  const index = phases.findIndex(
    (phase) =>
      (phase.collection_method ?? defaults.collection_method) === 'send_invoice' &&
      (phase.invoice_settings?.days_until_due ?? defaults.invoice_settings.days_until_due) === null,
  )
  if (index !== -1) throw parameterMissing(`phases[${index}][invoice_settings][days_until_due]`)
}

export function tooManyPhases(): StripeApiError {
  return parameterInvalid(
    'phases',
    `A subscription schedule can have at most ${mostPhases} current and future phases.`,
  )
}
