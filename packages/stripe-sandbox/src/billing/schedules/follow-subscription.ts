import type Stripe from 'stripe'
import type { Context } from '../../context.ts'
import { buildPhase, buildPhaseItem } from '../../objects/subscription-schedule.ts'
import { idOf } from '../../store/tables.ts'
import { saveChanges } from '../save-changes.ts'
import { liveScheduleOf } from './end-schedule.ts'
import type { PhaseDiscount } from './phase-discounts.ts'
import { inPhase } from './schedule-steps.ts'

type Phase = Stripe.SubscriptionSchedule.Phase

/** A phase in which the subscription is what it is now. */
export function phaseOfSubscription(
  subscription: Stripe.Subscription,
  { startDate, endDate }: { startDate: number; endDate: number },
): Phase {
  const isInTrial = subscription.status === 'trialing'
  return {
    ...buildPhase({
      currency: subscription.currency,
      items: subscription.items.data.map((item) =>
        buildPhaseItem({
          price: item.price,
          quantity: item.quantity ?? 1,
          discounts: named(item.discounts),
          metadata: item.metadata,
          taxRates: item.tax_rates ?? [],
        }),
      ),
      startDate,
      endDate,
    }),
    collection_method: subscription.collection_method,
    default_payment_method: idOf(subscription.default_payment_method),
    default_tax_rates: [...(subscription.default_tax_rates ?? [])],
    description: subscription.description,
    discounts: named(subscription.discounts),
    invoice_settings: {
      account_tax_ids: null,
      custom_fields: null,
      days_until_due: subscription.days_until_due,
      description: null,
      footer: null,
      issuer: { type: 'self' },
    },
    trial_end: isInTrial ? subscription.trial_end : null,
  }
}

/** A subscription was changed past its schedule: the running phase is cut in two, and the later part is as it is now. */
export function followChange(context: Context, subscription: Stripe.Subscription): void {
  const schedule = liveScheduleOf(context.store, subscription)
  const current = schedule?.current_phase
  if (!schedule || !current) return
  const now = context.clock.now()
  const rest = phaseOfSubscription(subscription, { startDate: now, endDate: current.end_date })
  const phases = schedule.phases.flatMap((phase) => {
    if (phase.start_date !== current.start_date) return [phase]
    return phase.start_date === now ? [rest] : [{ ...phase, end_date: now }, rest]
  })
  saveChanges(
    context,
    'subscription_schedule',
    schedule,
    inPhase({ ...schedule, phases }, rest),
    'subscription_schedule.updated',
  )
}

function named(discounts: readonly (string | Stripe.Discount)[]): PhaseDiscount[] {
  return discounts.map((discount) => ({ coupon: null, discount: idOf(discount), promotion_code: null }))
}
