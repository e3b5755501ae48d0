import type Stripe from 'stripe'
import type { Scenario } from '../scenario.ts'
import type { Stage } from '../stage.ts'

/** A month with one price, then a month with another. */
async function twoMonths(
  { stripe, price }: Stage,
  customer: Stripe.Customer,
): Promise<Stripe.SubscriptionSchedule> {
  const month = { interval: 'month', interval_count: 1 } as const
  return await stripe.subscriptionSchedules.create({
    customer: customer.id,
    start_date: 'now',
    end_behavior: 'cancel',
    phases: [
      { items: [{ price: (await price()).id }], duration: month },
      { items: [{ price: (await price('monthly', 2500)).id }], duration: month },
    ],
  })
}

export const scheduleScenarios: readonly Scenario[] = [
  {
    what: 'a schedule goes through its two phases',
    events: [
      'subscription_schedule.created',
      'subscription_schedule.updated',
      'subscription_schedule.expiring',
      'subscription_schedule.completed',
    ],
    play: async (stage) => {
      const time = await stage.clock()
      await twoMonths(stage, await stage.customer('pm_card_visa', time))
      await stage.pass(time, 31)
      await stage.pass(time, 31)
    },
  },
  {
    what: 'a schedule lets go of its subscription',
    events: ['subscription_schedule.released'],
    play: async (stage) => {
      const { id } = await twoMonths(stage, await stage.customer())
      await stage.stripe.subscriptionSchedules.release(id)
    },
  },
  {
    what: 'a schedule is canceled with its subscription',
    events: ['subscription_schedule.canceled'],
    play: async (stage) => {
      const { id } = await twoMonths(stage, await stage.customer())
      await stage.stripe.subscriptionSchedules.cancel(id)
    },
  },
  {
    what: 'a scheduled subscription is never paid, until it ends and its schedule with it',
    events: ['subscription_schedule.aborted'],
    play: async (stage) => {
      const time = await stage.clock()
      await twoMonths(stage, await stage.customer('pm_card_chargeCustomerFail', time))
      await stage.pass(time, 30)
    },
  },
]
