import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { simulate } from './simulate.ts'
import { unusedTime } from './unused-time.ts'

/** The credit that stopping a subscription now gives for the time that is left, minor units, 0 or more. Nothing is stopped by it. */
export function creditForRest(context: Context, subscription: Stripe.Subscription): number {
  const now = context.clock.now()
  return simulate(context, now, (simulated) =>
    subscription.items.data.reduce(
      (sum, item) => sum - unusedTime(simulated, subscription, item.id, now).creditMinor,
      0,
    ),
  )
}
