import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { changeSubscription } from './change-subscription.ts'
import { collectResumption } from './collect-resumption.ts'
import type { AwaitedResumption } from './records.ts'

/** Lets a paused subscription go on with a new period that begins now (resumption.ts); its invoice is finalized at once. */
export function resumeAnew(
  context: Context,
  paused: Stripe.Subscription,
  goesOnWith: AwaitedResumption['goesOnWith'],
): void {
  const { subscription, invoice } = changeSubscription(context, paused, {
    wanted: paused,
    prorationBehavior: 'none',
    prorationDate: context.clock.now(),
    resetsAnchor: true,
    endsTrial: false,
  })
  collectResumption(context, subscription, invoice, goesOnWith)
}
