import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { gridAnchor } from './anchor-config.ts'
import { cancelSubscription, earliestPeriodEnd } from './cancel-subscription.ts'
import { runningDiscounts } from './discounts.ts'
import { draftInvoice, withoutUsedDiscounts } from './draft-invoice.ts'
import { itemLine } from './invoice-lines.ts'
import { pauseSubscription } from './pause-subscription.ts'
import { payingCard } from './payment-methods.ts'
import { periodEnd } from './periods.ts'
import { previousAttributes } from './previous-attributes.ts'
import { cadenceOf } from './prices.ts'
import { billedUntil, isMetered } from './usage/metered.ts'
import { usageLine } from './usage/usage-lines.ts'

/**
 * The end of a period: the items whose period is over begin their next one, and a draft for it is made, which is finalized
 * and charged about an hour later. So the period moves on before the money comes. The end of a trial is the same, with
 * `active` in place of `trialing`, unless there is no card and the subscription says what then.
 * @param before what the event calls previous, where the items change with the period.
 */
export function renewSubscription(
  context: Context,
  subscription: Stripe.Subscription,
  before = subscription,
): void {
  if (subscription.status === 'trialing' && endsWithoutCard(context, subscription)) return
  const { invoice, renewed } = nextPeriod(context, subscription)
  const after = withoutUsedDiscounts(context, renewed, invoice)
  context.store.put('subscription', after)
  const previous = previousAttributes(before, after)
  if (previous) context.emit('customer.subscription.updated', after, previous)
  context.emit('invoice.created', invoice)
}

/** The subscription in its next period, stored, and that period's draft. Announces nothing. */
export function nextPeriod(
  context: Context,
  subscription: Stripe.Subscription,
): { invoice: Stripe.Invoice; renewed: Stripe.Subscription } {
  const now = context.clock.now()
  const renewsAt = earliestPeriodEnd(subscription)
  const invoiceId = context.ids.newId('in_')
  const renewing = new Map(
    subscription.items.data
      .filter((item) => item.current_period_end === renewsAt)
      .map((item) => [item.id, withNextPeriod(subscription, item)]),
  )
  const renewed: Stripe.Subscription = {
    ...subscription,
    discounts: runningDiscounts(context, subscription.discounts, now),
    items: {
      ...subscription.items,
      data: subscription.items.data.map((item) => renewing.get(item.id) ?? item),
    },
    latest_invoice: invoiceId,
    status: subscription.status === 'trialing' ? 'active' : subscription.status,
  }
  context.store.put('subscription', renewed)
  const isCollected =
    subscription.status !== 'unpaid' && subscription.pause_collection?.behavior !== 'keep_as_draft'
  const invoice = draftInvoice(context, {
    id: invoiceId,
    lines: subscription.items.data.flatMap((before) => {
      const item = renewing.get(before.id)
      if (item === undefined) return []
      if (isMetered(item.price)) {
        const isFree = subscription.status === 'trialing'
        return usageLine(context, before, { invoice: invoiceId, subscription, until: renewsAt, isFree })
      }
      return itemLine(context, item, {
        invoice: invoiceId,
        subscription,
        period: { start: item.current_period_start, end: item.current_period_end },
        isTrial: false,
        defaultTaxRates: subscription.default_tax_rates ?? [],
      })
    }),
    customer: customerOf(context, subscription),
    currency: subscription.currency,
    billingReason: 'subscription_cycle',
    subscription,
    periodStart: Math.min(...previousStarts(subscription, renewsAt)),
    periodEnd: renewsAt,
    discounts: runningDiscounts(context, subscription.discounts, now),
    defaultTaxRates: subscription.default_tax_rates ?? [],
    collectionMethod: subscription.collection_method,
    isAutoAdvanced: isCollected,
    finalizesAt: isCollected ? now + context.settings.finalizeAfterSeconds : null,
  })
  return { invoice, renewed }
}

function previousStarts(subscription: Stripe.Subscription, renewsAt: number): number[] {
  return subscription.items.data
    .filter((item) => item.current_period_end === renewsAt)
    .map((item) => item.current_period_start)
}

function withNextPeriod(
  subscription: Stripe.Subscription,
  item: Stripe.SubscriptionItem,
): Stripe.SubscriptionItem {
  const start = item.current_period_end
  const cadence = cadenceOf(item.price)
  const anchor = gridAnchor(
    subscription.billing_cycle_anchor,
    subscription.billing_cycle_anchor_config,
    cadence,
  )
  return {
    ...billedUntil(item, start),
    current_period_start: start,
    current_period_end: periodEnd(anchor, start, cadence),
  }
}

/** True when a trial without a card ended the subscription, or stopped it. */
function endsWithoutCard(context: Context, subscription: Stripe.Subscription): boolean {
  const card = payingCard(
    context,
    customerOf(context, subscription),
    idOf(subscription.default_payment_method),
  )
  if (card !== undefined || subscription.collection_method === 'send_invoice') return false
  switch (subscription.trial_settings?.end_behavior.missing_payment_method) {
    case 'cancel':
      cancelSubscription(context, subscription)
      return true
    case 'pause':
      pauseSubscription(context, subscription, 'trial_end_without_payment_method')
      return true
    default:
      return false
  }
}

export function customerOf(context: Context, subscription: Stripe.Subscription): Stripe.Customer {
  const customer = context.store.get('customer', idOf(subscription.customer) ?? '')
  if (customer === undefined) throw new Error(`subscription ${subscription.id} has no customer`)
  return customer
}
