import type Stripe from 'stripe'
import type { Store } from '../../store/store.ts'
import { dueKind } from '../../time/due-kind.ts'
import { nextStepAt, takeScheduleStep } from '../schedules/schedule-steps.ts'

const noticeSeconds = 7 * 86_400

/** Phases begin and end at their moments. Before renewals of the same second: these bill what the new phase says. */
export const scheduleSteps = dueKind<'subscription_schedule'>({
  name: 'schedule steps',
  table: 'subscription_schedule',
  alongside: ['schedule_notice'],
  at: (schedule, { store }) => {
    const [stepAt, noticeAt] = [nextStepAt(schedule), expiryNoticeAt(schedule, store)]
    return stepAt !== null && noticeAt !== null ? Math.min(stepAt, noticeAt) : stepAt
  },
  run: (context, schedule) => {
    const noticeAt = expiryNoticeAt(schedule, context.store)
    const stepAt = nextStepAt(schedule)
    if (noticeAt === null || (stepAt !== null && stepAt < noticeAt)) {
      takeScheduleStep(context, schedule)
      return
    }
    context.store.put('schedule_notice', { id: schedule.id, endsAt: endOf(schedule) })
    context.emit('subscription_schedule.expiring', schedule)
  },
})

/** Seven days before the last phase ends, or when a shorter last phase begins; once for each end. Unix seconds. */
function expiryNoticeAt(schedule: Stripe.SubscriptionSchedule, store: Store): number | null {
  const end = endOf(schedule)
  if (schedule.status !== 'active' || schedule.current_phase?.end_date !== end) return null
  if (store.get('schedule_notice', schedule.id)?.endsAt === end) return null
  return Math.max(end - noticeSeconds, schedule.current_phase.start_date)
}

function endOf({ phases }: Stripe.SubscriptionSchedule): number {
  return phases.at(-1)?.end_date ?? 0
}
