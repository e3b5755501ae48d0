import type Stripe from 'stripe'
import { startLife } from './lives.ts'

export const monthly = 'price_demo_team_monthly'
export const starter = 'price_demo_starter_monthly'
export const yearly = 'price_demo_team_yearly'

/** A subscriber whose subscription was taken over by a schedule, and what plans its next phases. */
export async function startScheduledLife(subscription: Partial<Stripe.SubscriptionCreateParams> = {}) {
  const life = await startLife(subscription)
  const { stripe } = life
  const schedule = await stripe.subscriptionSchedules.create({ from_subscription: life.born.id })
  await life.newEvents()
  const [current] = schedule.phases
  if (current === undefined) throw new Error('a schedule without a phase')

  return {
    ...life,
    schedule,
    current,
    scheduleNow: () => stripe.subscriptionSchedules.retrieve(schedule.id),
    /** Keeps the running phase as it is, and plans what comes after it. */
    plan: (
      phases: Stripe.SubscriptionScheduleUpdateParams.Phase[],
      others: Stripe.SubscriptionScheduleUpdateParams = {},
    ) =>
      stripe.subscriptionSchedules.update(schedule.id, {
        ...others,
        phases: [{ ...phaseParameters(current), end_date: current.end_date }, ...phases],
      }),
  }
}

/** A phase as it is given to keep it. */
export function phaseParameters(
  phase: Stripe.SubscriptionSchedule.Phase,
): Stripe.SubscriptionScheduleUpdateParams.Phase {
  return {
    start_date: phase.start_date,
    items: phase.items.map(({ price, quantity }) => ({ price: String(price), quantity: quantity ?? 1 })),
  }
}

/** What a subscription bills: `price × quantity`. */
export function billedItems(subscription: Stripe.Subscription): string[] {
  return subscription.items.data.map(({ price, quantity }) => `${price.id} × ${quantity}`)
}
