import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { gridAnchor } from './anchor-config.ts'
import { finalizeAndCollect } from './collect-invoice.ts'
import { draftInvoice } from './draft-invoice.ts'
import { resumedByPayment } from './pause-subscription.ts'
import { periodAt } from './periods.ts'
import { cadenceOf } from './prices.ts'
import { debitRemainingTime } from './prorate-change.ts'
import { customerOf } from './renew-subscription.ts'
import { saveChanges } from './save-changes.ts'
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
 * on the next invoice, on one of its own now (`always_invoice`), or not at all.
 */
export function resumeOnGrid(
  context: Context,
  paused: Stripe.Subscription,
  { isLiveAtOnce, prorationBehavior, prorationDate }: GridResumption,
): void {
  const now = context.clock.now()
  const isInvoiced = prorationBehavior === 'always_invoice'
  const resumed = isLiveAtOnce || !isInvoiced ? resumedByPayment(paused) : paused
  const onGrid: Stripe.Subscription = {
    ...resumed,
    items: { ...resumed.items, data: resumed.items.data.map((item) => inPeriod(paused, item, now)) },
  }
  context.store.put('subscription', onGrid)
  if (prorationBehavior !== 'none') {
    const licensed = onGrid.items.data.filter((item) => !isMetered(item.price))
    for (const item of licensed) debitRemainingTime(context, onGrid, item, prorationDate)
  }
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

function inPeriod(
  subscription: Stripe.Subscription,
  item: Stripe.SubscriptionItem,
  now: number,
): Stripe.SubscriptionItem {
  const cadence = cadenceOf(item.price)
  const { billing_cycle_anchor: anchor, billing_cycle_anchor_config: config } = subscription
  const { start, end } = periodAt(gridAnchor(anchor, config, cadence), now, cadence)
  return { ...item, current_period_start: start, current_period_end: end }
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
