import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { finalizeAndCollect } from './collect-invoice.ts'
import { draftInvoice } from './draft-invoice.ts'
import { resumedByPayment } from './pause-subscription.ts'
import { debitRemainingTime } from './prorate-change.ts'
import { customerOf } from './renew-subscription.ts'
import { withRunningPeriods } from './running-periods.ts'
import { saveChanges } from './save-changes.ts'
import { unusedTime } from './unused-time.ts'
import { isMetered } from './usage/metered.ts'

interface GridResumption {
  /** Whether it is live before its invoice is paid. */
  isLiveAtOnce: boolean
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
  { isLiveAtOnce, prorationBehavior, prorationDate }: GridResumption,
): void {
  const now = context.clock.now()
  const running = withRunningPeriods(paused, now)
  context.store.put('subscription', running)
  const debits = prorationBehavior === 'none' ? [] : debitUnpaidTime(context, running, prorationDate)
  const isInvoiced = prorationBehavior === 'always_invoice' && debits.length > 0
  const onGrid = isLiveAtOnce || !isInvoiced ? resumedByPayment(running) : running
  const draft = isInvoiced ? draftOf(context, onGrid, now) : null
  const after = saveChanges(
    context,
    'subscription',
    paused,
    { ...onGrid, latest_invoice: draft?.id ?? onGrid.latest_invoice },
    'customer.subscription.updated',
  )
  if (draft) context.emit('invoice.created', draft)
  if (after.status !== 'paused') context.emit('customer.subscription.resumed', after)
  if (draft) finalizeAndCollect(context, draft, { offSession: false, isScheduled: isLiveAtOnce })
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
