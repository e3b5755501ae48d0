import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { changeSubscription } from './change-subscription.ts'
import { finalizeAndCollect } from './collect-invoice.ts'
import { resumedByPayment } from './pause-subscription.ts'

/**
 * Lets a paused subscription go on with a new period that begins now; its invoice is finalized and charged at once.
 * @param isLiveAtOnce Whether it is live whatever the attempt brings; otherwise it stays paused until the invoice is paid.
 */
export function resumeAnew(context: Context, paused: Stripe.Subscription, isLiveAtOnce: boolean): void {
  const { subscription, invoice } = changeSubscription(context, paused, {
    wanted: isLiveAtOnce ? resumedByPayment(paused) : paused,
    prorationBehavior: 'none',
    prorationDate: context.clock.now(),
    resetsAnchor: true,
    endsTrial: false,
  })
  if (isLiveAtOnce) context.emit('customer.subscription.resumed', subscription)
  if (invoice !== null) finalizeAndCollect(context, invoice, { offSession: false, isScheduled: isLiveAtOnce })
}
