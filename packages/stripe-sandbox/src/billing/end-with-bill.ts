import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { finalizeAndCollect } from './collect-invoice.ts'
import { draftInvoice } from './draft-invoice.ts'
import { creditUnusedTime } from './prorate-change.ts'
import { customerOf } from './renew-subscription.ts'
import { billedUntil, isMetered } from './usage/metered.ts'
import { settleUsage } from './usage/usage-lines.ts'

export interface FinalBill {
  /** Credits the unused time of every item. It becomes balance, never cash (stripe-facts 8.10). */
  prorates: boolean
  /** Credits the whole period, as if nothing of it had been used. */
  fromPeriodStart?: boolean
  /** Bills what was used of metered items until now, with what waits. */
  billsUsage?: boolean
  /** Nothing comes after it: what is used in this very second is billed too. */
  isFinal?: boolean
  /** Bills what waits (and the credits) on a last invoice now; otherwise it waits for another invoice. */
  invoicesNow: boolean
}

/** What is settled when a subscription ends, or stops, before its period does. */
export function settleUnusedTime(
  context: Context,
  subscription: Stripe.Subscription,
  { prorates, fromPeriodStart = false, billsUsage = false, isFinal = false, invoicesNow }: FinalBill,
): void {
  const now = context.clock.now()
  if (billsUsage && subscription.status !== 'trialing')
    settleAllUsage(context, subscription, isFinal ? now + 1 : now)
  for (const item of prorates ? subscription.items.data.filter(({ price }) => !isMetered(price)) : []) {
    creditUnusedTime(context, subscription, item, fromPeriodStart ? item.current_period_start : now)
  }
  if (!invoicesNow || !hasPending(context, subscription)) return
  const draft = draftInvoice(context, {
    id: context.ids.newId('in_'),
    lines: [],
    customer: customerOf(context, subscription),
    currency: subscription.currency,
    billingReason: 'subscription_update',
    subscription,
    periodStart: now,
    periodEnd: now,
    defaultTaxRates: subscription.default_tax_rates ?? [],
    collectionMethod: subscription.collection_method,
  })
  const stored = context.store.get('subscription', subscription.id)
  if (stored) context.store.put('subscription', { ...stored, latest_invoice: draft.id })
  context.emit('invoice.created', draft)
  finalizeAndCollect(context, draft)
}

function settleAllUsage(context: Context, subscription: Stripe.Subscription, until: number): void {
  for (const item of subscription.items.data) {
    if (isMetered(item.price)) settleUsage(context, subscription, item, until)
  }
  const data = subscription.items.data.map((item) => billedUntil(item, until))
  context.store.put('subscription', { ...subscription, items: { ...subscription.items, data } })
}

function hasPending(context: Context, subscription: Stripe.Subscription): boolean {
  const customer = customerOf(context, subscription)
  for (const item of context.store.where('invoiceitem', 'pending', customer.id)) {
    const of = item.parent?.subscription_details?.subscription ?? null
    if (of === null || of === subscription.id) return true
  }
  return false
}
