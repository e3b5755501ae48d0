import type Stripe from 'stripe'
import type { Context } from '../../context.ts'
import { idOf } from '../../store/tables.ts'
import { endScheduledSubscription, withoutSchedule } from '../cancel-subscription.ts'
import { saveChanges } from '../save-changes.ts'
import { releaseSchedule } from './end-schedule.ts'
import { enterPhase } from './enter-phase.ts'
import { announceStart, startScheduled } from './start-scheduled.ts'

// not_started → active (the first phase begins, or a subscription is taken over) → the phases follow one another, each at its
// moment → completed (`end_behavior: cancel`: the subscription ends too) or released (it goes on). Canceled ends it before
// (end-schedule.ts); all three are terminal.

type Schedule = Stripe.SubscriptionSchedule

/** When the schedule changes something next, unix seconds; null when it is over. */
export function nextStepAt(schedule: Schedule): number | null {
  switch (schedule.status) {
    case 'not_started':
      return schedule.phases[0]?.start_date ?? null
    case 'active':
      return schedule.current_phase?.end_date ?? null
    default:
      return null
  }
}

/** Does everything of a schedule that has become due, and gives it as it is then. */
export function catchUpSchedule(context: Context, id: string): Schedule {
  for (;;) {
    const schedule = context.store.get('subscription_schedule', id)
    if (schedule === undefined) throw new Error(`schedule ${id} is gone`)
    const at = nextStepAt(schedule)
    if (at === null || at > context.clock.now()) return schedule
    takeScheduleStep(context, schedule)
  }
}

/** Begins a schedule, or ends its current phase. */
export function takeScheduleStep(context: Context, schedule: Schedule): void {
  const upcoming = phaseAfter(schedule)
  if (upcoming === undefined) finish(context, schedule)
  else if (schedule.status === 'not_started') begin(context, schedule, upcoming)
  else moveOn(context, schedule, upcoming)
}

/** The schedule in one of its phases. */
export function inPhase(
  schedule: Schedule,
  { start_date, end_date }: Stripe.SubscriptionSchedule.Phase,
): Schedule {
  return { ...schedule, current_phase: { start_date, end_date }, status: 'active' }
}

function phaseAfter({
  phases,
  current_phase: current,
}: Schedule): Stripe.SubscriptionSchedule.Phase | undefined {
  return phases.find((phase) => current === null || phase.start_date >= current.end_date)
}

function begin(context: Context, schedule: Schedule, phase: Stripe.SubscriptionSchedule.Phase): void {
  const start = startScheduled(context, inPhase(schedule, phase), phase)
  const started = context.store.get('subscription_schedule', schedule.id)
  if (started === undefined) throw new Error(`schedule ${schedule.id} is gone`)
  saveChanges(context, 'subscription_schedule', schedule, started, 'subscription_schedule.updated')
  announceStart(context, start)
}

function moveOn(context: Context, schedule: Schedule, phase: Stripe.SubscriptionSchedule.Phase): void {
  const moved = saveChanges(
    context,
    'subscription_schedule',
    schedule,
    inPhase(schedule, phase),
    'subscription_schedule.updated',
  )
  enterPhase(context, moved, subscriptionOf(context, moved), {
    phase,
    additions: phase.add_invoice_items,
    prorationBehavior: phase.proration_behavior,
  })
}

function finish(context: Context, schedule: Schedule): void {
  if (schedule.end_behavior !== 'cancel') {
    releaseSchedule(context, schedule, withoutSchedule)
    return
  }
  const completed: Schedule = {
    ...schedule,
    completed_at: context.clock.now(),
    current_phase: null,
    status: 'completed',
  }
  context.store.put('subscription_schedule', completed)
  context.emit('subscription_schedule.completed', completed)
  endScheduledSubscription(context, subscriptionOf(context, schedule))
}

export function subscriptionOf(context: Context, schedule: Schedule): Stripe.Subscription {
  const subscription = context.store.get('subscription', idOf(schedule.subscription) ?? '')
  if (subscription === undefined) throw new Error(`schedule ${schedule.id} has no subscription`)
  return subscription
}
