import type Stripe from 'stripe'
import { saveChanges } from '../billing/save-changes.ts'
import { enterPhase } from '../billing/schedules/enter-phase.ts'
import { withPlannedEnd } from '../billing/schedules/phase-terms.ts'
import { catchUpSchedule, inPhase, subscriptionOf } from '../billing/schedules/schedule-steps.ts'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { parameterInvalid } from '../wire/error-catalogue.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import {
  checkCollectable,
  defaultSettingsParameters,
  endBehaviorOf,
  mostPhases,
  tooManyPhases,
  withDefaults,
} from './create-subscription-schedule.ts'
import { momentOf, phaseParameters, phasesOf } from './schedule-phases.ts'

type Parameters = Stripe.SubscriptionScheduleUpdateParams
type Schedule = Stripe.SubscriptionSchedule
type Phase = Stripe.SubscriptionSchedule.Phase

export const scheduleUpdateParameters = [
  ...defaultSettingsParameters,
  ...phaseParameters.map((name) => `phases.${name}`),
  'end_behavior',
  'metadata.*',
  'phases.start_date',
  'proration_behavior',
]

/**
 * Changes what is planned. `phases` replaces the running phase and all that come (past ones may be left out): a running phase that
 * bills something else does so at once, and one whose end has come gives way to the next.
 */
export function updateSchedule(
  context: Context,
  parameters: Parameters,
  { id = '' }: Record<string, string>,
): Schedule {
  const before = existing(context, 'subscription_schedule', id)
  checkLive(before, 'update')
  const customer = idOf(before.customer) ?? ''
  const phases =
    parameters.phases === undefined ? before.phases : plannedPhases(context, before, parameters.phases)
  const wanted: Schedule = {
    ...before,
    default_settings: withDefaults(context, before.default_settings, parameters.default_settings, customer),
    end_behavior: endBehaviorOf(parameters.end_behavior) ?? before.end_behavior,
    metadata: mergedMetadata(before.metadata ?? {}, parameters.metadata),
    phases,
  }
  checkCollectable(wanted)
  const after = saveChanges(
    context,
    'subscription_schedule',
    before,
    withCurrentPhase(wanted),
    'subscription_schedule.updated',
  )
  if (after.status === 'active') applyNow(context, before, after, parameters)
  return catchUpSchedule(context, id)
}

/** @throws StripeApiError for a schedule that is over. */
export function checkLive(schedule: Schedule, verb: 'update' | 'cancel' | 'release'): void {
  if (schedule.status === 'active' || schedule.status === 'not_started') return
  throw new StripeApiError(
    `You cannot ${verb} a subscription schedule that is currently in the \`${schedule.status}\` status. It must be in the \`not_started\` or \`active\` status.`,
  )
}

function plannedPhases(
  context: Context,
  { current_phase: current, customer, phases: known }: Schedule,
  given: readonly Stripe.SubscriptionScheduleUpdateParams.Phase[],
): Phase[] {
  const startDate = momentOf(context, given[0]?.start_date)
  if (startDate === undefined) {
    throw parameterInvalid(
      'phases',
      'The subscription schedule update is missing at least one phase with a `start_date` to anchor end dates to.',
    )
  }
  const planned = phasesOf(context, given, {
    customer: idOf(customer) ?? '',
    startDate,
    known: pricesOf(known),
  })
  if (current === null) {
    if (startDate < context.clock.now()) {
      throw parameterInvalid('phases[0][start_date]', 'The start date must be in the future, or `now`.')
    }
    if (planned.length > mostPhases) throw tooManyPhases()
    return planned
  }
  const coming = planned.filter((phase) => phase.end_date > current.start_date)
  if (coming[0]?.start_date !== current.start_date) {
    throw parameterInvalid('phases', 'You can not modify the start date of the current phase.')
  }
  if (coming[0].end_date < context.clock.now()) {
    throw parameterInvalid('phases[0][end_date]', 'The current phase cannot have ended in the past.')
  }
  if (coming.length > mostPhases) throw tooManyPhases()
  return [...known.filter((phase) => phase.end_date <= current.start_date), ...coming]
}

function pricesOf(phases: readonly Phase[]): Set<string> {
  const held = phases.flatMap((phase) => [...phase.items, ...phase.add_invoice_items])
  return new Set(held.flatMap(({ price }) => idOf(price) ?? []))
}

function withCurrentPhase(schedule: Schedule): Schedule {
  const current = currentPhase(schedule)
  return current === undefined ? schedule : inPhase(schedule, current)
}

function currentPhase({ current_phase: current, phases }: Schedule): Phase | undefined {
  return phases.find((phase) => phase.start_date === current?.start_date)
}

/** What the update means for the subscription at once. */
function applyNow(context: Context, before: Schedule, after: Schedule, parameters: Parameters): void {
  const [was, is] = [currentPhase(before), currentPhase(after)]
  const subscription = subscriptionOf(context, after)
  const isEndingNow = (is?.end_date ?? 0) <= context.clock.now()
  if (
    is === undefined ||
    isEndingNow ||
    (isSame(was, is) && isSame(before.default_settings, after.default_settings))
  ) {
    saveChanges(
      context,
      'subscription',
      subscription,
      withPlannedEnd(context, after, subscription),
      'customer.subscription.updated',
    )
    return
  }
  enterPhase(context, after, subscription, {
    phase: is,
    additions: isSame(was?.add_invoice_items, is.add_invoice_items) ? [] : is.add_invoice_items,
    prorationBehavior: parameters.proration_behavior ?? 'create_prorations',
  })
}

/** Whether two phases say the same, whenever they end. */
function isSame(one: object | undefined, other: object | undefined): boolean {
  return JSON.stringify({ ...one, end_date: 0 }) === JSON.stringify({ ...other, end_date: 0 })
}
