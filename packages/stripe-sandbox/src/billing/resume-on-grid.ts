import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { collectResumption } from './collect-resumption.ts'
import { draftInvoice } from './draft-invoice.ts'
import { debitRemainingTime } from './prorate-change.ts'
import type { AwaitedResumption } from './records.ts'
import { customerOf } from './renew-subscription.ts'
import { endPause, withoutPause } from './resumption.ts'
import { withRunningPeriods } from './running-periods.ts'
import { saveChanges } from './save-changes.ts'
import { unusedTime } from './unused-time.ts'
import { isMetered } from './usage/metered.ts'

interface GridResumption {
  goesOnWith: AwaitedResumption['goesOnWith']
  prorationBehavior: string
  /** The moment from which the rest of the period costs something, unix seconds. */
  prorationDate: number
}

/**
 * Lets a paused subscription go on where its billing dates have it: the period that is running now, of which the rest is debited
 * on the next invoice, on one of its own now (`always_invoice`), or not at all. What is paid already, because the pause gave
 * nothing back, is not debited again; where that leaves nothing there is no invoice to wait for.
 */
export function resumeOnGrid(
  context: Context,
  paused: Stripe.Subscription,
  { goesOnWith, prorationBehavior, prorationDate }: GridResumption,
): void {
  const now = context.clock.now()
  const running = withRunningPeriods(paused, now)
  context.store.put('subscription', running)
  const debits = prorationBehavior === 'none' ? [] : debitUnpaidTime(context, running, prorationDate)
  const isInvoiced = prorationBehavior === 'always_invoice' && debits.length > 0
  if (!isInvoiced) {
    endPause(context, paused, withoutPause(running))
    return
  }
  const draft = draftOf(context, running, now)
  const waiting: Stripe.Subscription = { ...running, latest_invoice: draft.id }
  saveChanges(context, 'subscription', paused, waiting, 'customer.subscription.updated')
  context.emit('invoice.created', draft)
  collectResumption(context, waiting, draft, goesOnWith)
}

function debitUnpaidTime(
  context: Context,
  subscription: Stripe.Subscription,
  at: number,
): Stripe.InvoiceItem[] {
  return subscription.items.data
    .filter((item) => !isMetered(item.price))
    .flatMap((item) => {
      const paidMinor = -unusedTime(context, subscription, item.id, at).creditMinor
      return debitRemainingTime(context, subscription, item, at, paidMinor) ?? []
    })
}

function draftOf(context: Context, subscription: Stripe.Subscription, now: number): Stripe.Invoice {
  return draftInvoice(context, {
    id: context.ids.newId('in_'),
    lines: [],
    customer: customerOf(context, subscription),
    currency: subscription.currency,
    billingReason: 'subscription_update',
    subscription,
    periodStart: now,
    periodEnd: now,
    discounts: subscription.discounts.map((discount) =>
      typeof discount === 'string' ? discount : discount.id,
    ),
    defaultTaxRates: subscription.default_tax_rates ?? [],
    collectionMethod: subscription.collection_method,
  })
}
