import { dueKind } from '../../time/due-kind.ts'
import { plannedResumptionAt } from '../planned-resumption.ts'
import { resumeAnew } from '../resume-anew.ts'

/** A pause that was for a time is over, once what begins is paid: the default of Stripe's pause schedules. */
export const plannedResumption = dueKind<'subscription'>({
  name: 'planned resumption',
  table: 'subscription',
  alongside: ['planned_resumption'],
  at: (subscription, { store }) => plannedResumptionAt(store, subscription),
  run: (context, subscription) => {
    if (plannedResumptionAt(context.store, subscription) === null) return
    context.store.delete('planned_resumption', subscription.id)
    resumeAnew(context, subscription, 'payment_success')
  },
})
