import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { actionRequired } from './action-required.ts'
import { isUnderWay, type PaymentAttempt } from './attempt-payment.ts'
import { changeSubscription, type SubscriptionChange } from './change-subscription.ts'
import { cardError } from './check-card.ts'
import { type CollectOptions, finalizeAndCollect } from './collect-invoice.ts'
import { pendingUpdateSeconds } from './pending-update.ts'
import { previousAttributes } from './previous-attributes.ts'
import { saveChanges } from './save-changes.ts'
import { simulate } from './simulate.ts'
import { tellShortTrial } from './subscription-notices.ts'

/**
 * What a failed payment for a change means:
 *   allow_incomplete       the change stays, the subscription is past due
 *   error_if_incomplete    402, nothing has changed
 *   pending_if_incomplete  the change waits in `pending_update` for its payment, 23 hours at most
 */
export type PaymentBehavior = 'allow_incomplete' | 'error_if_incomplete' | 'pending_if_incomplete'

/** Changes what a subscription bills, and collects at once what is to be paid at once. */
export function billChange(
  context: Context,
  before: Stripe.Subscription,
  change: SubscriptionChange,
  { behavior, offSession }: { behavior: PaymentBehavior; offSession: boolean },
): void {
  if (behavior === 'pending_if_incomplete' && !wouldBePaid(context, before, change, offSession)) {
    holdBack(context, before, change, { offSession })
    return
  }
  const { subscription, invoice } = changeSubscription(context, before, change)
  if (subscription.trial_end !== before.trial_end) tellShortTrial(context, subscription)
  if (invoice === null) return
  const attempt = collect(context, invoice, { offSession })
  if (behavior !== 'error_if_incomplete' || attempt === null || isUnderWay(attempt)) return
  throw attempt.outcome === 'declined'
    ? cardError(attempt.decline, {}, undefined, false)
    : actionRequired(false)
}

function collect(
  context: Context,
  draft: Stripe.Invoice,
  options: Pick<CollectOptions, 'offSession' | 'challenge'>,
): PaymentAttempt | null {
  return finalizeAndCollect(context, draft, { ...options, isScheduled: true })
}

/** Tried out: the same card answers the same. */
function wouldBePaid(
  context: Context,
  before: Stripe.Subscription,
  change: SubscriptionChange,
  offSession: boolean,
): boolean {
  return simulate(context, context.clock.now(), (simulated) => {
    const { invoice } = changeSubscription(simulated, before, change)
    if (invoice === null) return true
    collect(simulated, invoice, { offSession })
    return simulated.store.get('invoice', invoice.id)?.status === 'paid'
  })
}

/** The invoice is there and open, the change is not: paying the invoice makes it (pending-update.ts). */
export function holdBack(
  context: Context,
  before: Stripe.Subscription,
  change: SubscriptionChange,
  options: Pick<CollectOptions, 'offSession' | 'challenge'>,
): PaymentAttempt | null {
  const quiet: Context = { ...context, emit: () => undefined }
  const given = before.discounts.flatMap(
    (each) => context.store.get('given_discount', idOf(each) ?? '') ?? [],
  )
  const discounts = before.discounts.flatMap((each) => context.store.get('discount', idOf(each) ?? '') ?? [])
  const { subscription: changed, invoice } = changeSubscription(quiet, before, change)
  // A coupon for one invoice is used up when this one is paid, and not before.
  for (const each of given) context.store.put('given_discount', each)
  for (const each of discounts) context.store.put('discount', each)
  if (invoice === null) throw new Error(`a change of ${before.id} that cannot fail was held back`)
  const waiting: Stripe.Subscription = {
    ...before,
    latest_invoice: invoice.id,
    pending_update: {
      billing_cycle_anchor:
        changed.billing_cycle_anchor === before.billing_cycle_anchor ? null : changed.billing_cycle_anchor,
      cancel_at_period_end: null,
      discount: null,
      discounts: previousAttributes({ d: before.discounts }, { d: changed.discounts })
        ? changed.discounts
        : null,
      expires_at: context.clock.now() + pendingUpdateSeconds,
      metadata: null,
      subscription_items: changed.items.data,
      trial_end: changed.trial_end === before.trial_end ? null : changed.trial_end,
      trial_from_plan: null,
    },
  }
  saveChanges(context, 'subscription', before, waiting, 'customer.subscription.updated')
  for (const item of context.store.where('invoiceitem', 'invoice', invoice.id)) {
    context.emit('invoiceitem.created', item)
  }
  context.emit('invoice.created', invoice)
  return collect(context, invoice, options)
}
