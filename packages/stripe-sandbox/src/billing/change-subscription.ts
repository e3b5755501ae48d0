import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { gridAnchor } from './anchor-config.ts'
import { runningDiscounts } from './discounts.ts'
import { draftInvoice, withoutUsedDiscounts } from './draft-invoice.ts'
import { itemLine } from './invoice-lines.ts'
import { addCadence, type Cadence, periodAt } from './periods.ts'
import { previousAttributes } from './previous-attributes.ts'
import { priceIn } from './price-in.ts'
import { cadenceOf, lineAmountMinor } from './prices.ts'
import { creditUnusedTime, debitRemainingTime } from './prorate-change.ts'
import { customerOf } from './renew-subscription.ts'
import { settleChangedUsage, withUsageStarts } from './usage/change-usage.ts'
import { isMetered } from './usage/metered.ts'

export interface SubscriptionChange {
  /** As it is to be. Periods, anchor and latest invoice are still those from before; added items have none yet. */
  wanted: Stripe.Subscription
  prorationBehavior: 'create_prorations' | 'always_invoice' | 'none'
  /** The moment from which the difference counts, unix seconds. */
  prorationDate: number
  /** True to begin a new period now, whatever changes. */
  resetsAnchor: boolean
  /** True when a trial ends with this change. */
  endsTrial: boolean
  /** When an invoice for it is finalized by itself, unix seconds; left out, whoever made the change does so. */
  finalizesAt?: number
}

export interface ChangedSubscription {
  subscription: Stripe.Subscription
  /** The draft that bills the change at once; null when it waits for the next invoice, or costs nothing. */
  invoice: Stripe.Invoice | null
}

/**
 * Changes what a subscription bills, and stores it.
 *
 *   same interval     the period goes on; the unused time of what was is credited, the remaining time of what comes is debited,
 *                     each to the second: on the next invoice, or (`always_invoice`) on one of its own now
 *   another interval,  a new period begins now and is invoiced in full, with the credit for the unused time; the billing date
 *   free to paid,      moves with it
 *   end of a trial
 *   during a trial     nothing was paid, so nothing is prorated
 *
 * Announces the change and the invoice items; the draft is left to whoever collects it.
 */
export function changeSubscription(
  context: Context,
  before: Stripe.Subscription,
  change: SubscriptionChange,
): ChangedSubscription {
  const { wanted, prorationBehavior, prorationDate: at } = change
  const isReset = beginsNewPeriod(context, before, change)
  const isInTrial = before.status === 'trialing' && !change.endsTrial
  const after: Stripe.Subscription = {
    ...wanted,
    billing_cycle_anchor: isReset ? at : wanted.billing_cycle_anchor,
    billing_cycle_anchor_config: isReset ? null : wanted.billing_cycle_anchor_config,
    items: {
      ...wanted.items,
      data: withUsageStarts(
        before,
        wanted.items.data.map((item) =>
          isReset
            ? withPeriod(item, newPeriod(item, at))
            : withPeriod(item, runningPeriod(before, wanted, item, at)),
        ),
        { at, isReset },
      ),
    },
  }
  const prorations =
    prorationBehavior === 'none' || isInTrial ? [] : prorate(context, before, after, at, isReset)
  const used = before.status === 'trialing' ? [] : settleChangedUsage(context, before, after, { at, isReset })
  const hasLines = after.items.data.some((item) => !isMetered(item.price)) || used.length > 0
  const hasInvoice =
    !isInTrial &&
    ((isReset && hasLines) || (prorationBehavior === 'always_invoice' && prorations.length + used.length > 0))
  if (!hasInvoice) {
    announceChange(context, before, after)
    return { subscription: after, invoice: null }
  }
  const invoiceId = context.ids.newId('in_')
  const billed = { ...after, latest_invoice: invoiceId }
  context.store.put('subscription', billed)
  const invoice = draftOfChange(context, billed, {
    invoiceId,
    isReset,
    at,
    finalizesAt: change.finalizesAt ?? null,
  })
  const subscription = withoutUsedDiscounts(context, billed, invoice)
  announceChange(context, before, subscription)
  context.emit('invoice.created', invoice)
  return { subscription, invoice }
}

function announceChange(context: Context, before: Stripe.Subscription, after: Stripe.Subscription): void {
  context.store.put('subscription', after)
  const previous = previousAttributes(before, after)
  if (previous) context.emit('customer.subscription.updated', after, previous)
}

/** Credits for what was, then debits for what comes. */
function prorate(
  context: Context,
  before: Stripe.Subscription,
  after: Stripe.Subscription,
  at: number,
  isReset: boolean,
): Stripe.InvoiceItem[] {
  const afterById = new Map(after.items.data.map((item) => [item.id, item]))
  const beforeById = new Map(before.items.data.map((item) => [item.id, item]))
  const credits = before.items.data
    .filter((item) => !isMetered(item.price) && (isReset || isOtherwise(item, afterById.get(item.id))))
    .flatMap((item) => creditUnusedTime(context, before, item, at) ?? [])
  if (isReset) return credits
  const debits = after.items.data
    .filter(
      (item) =>
        isOtherwise(item, beforeById.get(item.id)) && !isMetered(item.price) && item.current_period_end > at,
    )
    .flatMap((item) => debitRemainingTime(context, after, item, at) ?? [])
  return [...credits, ...debits]
}

interface DraftOfChange {
  invoiceId: string
  isReset: boolean
  at: number
  finalizesAt: number | null
}

function draftOfChange(
  context: Context,
  subscription: Stripe.Subscription,
  { invoiceId, isReset, at, finalizesAt }: DraftOfChange,
): Stripe.Invoice {
  const defaultTaxRates = subscription.default_tax_rates ?? []
  const licensed = subscription.items.data.filter((item) => !isMetered(item.price))
  const lines = isReset
    ? licensed.map((item) =>
        itemLine(context, item, {
          invoice: invoiceId,
          subscription,
          period: { start: item.current_period_start, end: item.current_period_end },
          isTrial: false,
          defaultTaxRates,
        }),
      )
    : []
  return draftInvoice(context, {
    id: invoiceId,
    lines,
    customer: customerOf(context, subscription),
    currency: subscription.currency,
    billingReason: 'subscription_update',
    subscription,
    periodStart: at,
    periodEnd: at,
    discounts: runningDiscounts(context, subscription.discounts, context.clock.now()),
    defaultTaxRates,
    collectionMethod: subscription.collection_method,
    finalizesAt,
  })
}

function beginsNewPeriod(context: Context, before: Stripe.Subscription, change: SubscriptionChange): boolean {
  if (change.resetsAnchor || change.endsTrial) return true
  if (before.status === 'trialing') return false
  const cadences = new Set(change.wanted.items.data.map((item) => keyOf(cadenceOf(item.price))))
  const hasNewInterval =
    cadences.size === 1 && before.items.data.every((item) => !cadences.has(keyOf(cadenceOf(item.price))))
  const isMeteredBefore = before.items.data.some((item) => isMetered(item.price))
  const wasFree = !isMeteredBefore && costOf(context, before) === 0
  return hasNewInterval || (wasFree && costOf(context, change.wanted) > 0)
}

function costOf(context: Context, subscription: Stripe.Subscription): number {
  return subscription.items.data.reduce(
    (sum, item) =>
      isMetered(item.price)
        ? sum
        : sum + lineAmountMinor(priceIn(context, item.price, subscription.currency), item.quantity ?? 1),
    0,
  )
}

function keyOf({ interval, intervalCount }: Cadence): string {
  return `${intervalCount} ${interval}`
}

/**
 * An item that goes on keeps its period, in a trial until its end; one that is new, or comes more or less often, takes its
 * place on the anchor's grid.
 */
function runningPeriod(
  before: Stripe.Subscription,
  wanted: Stripe.Subscription,
  item: Stripe.SubscriptionItem,
  at: number,
): { start: number; end: number } {
  const known = before.items.data.find((each) => each.id === item.id)
  if (wanted.status === 'trialing' && wanted.trial_end !== null) {
    return { start: known?.current_period_start ?? at, end: wanted.trial_end }
  }
  const cadence = cadenceOf(item.price)
  const sibling =
    known && keyOf(cadenceOf(known.price)) === keyOf(cadence)
      ? known
      : before.items.data.find((each) => keyOf(cadenceOf(each.price)) === keyOf(cadence))
  if (sibling) return { start: sibling.current_period_start, end: sibling.current_period_end }
  const anchor = gridAnchor(before.billing_cycle_anchor, before.billing_cycle_anchor_config, cadence)
  return periodAt(anchor, at, cadence)
}

function newPeriod(item: Stripe.SubscriptionItem, at: number): { start: number; end: number } {
  return { start: at, end: addCadence(at, cadenceOf(item.price)) }
}

function withPeriod(
  item: Stripe.SubscriptionItem,
  { start, end }: { start: number; end: number },
): Stripe.SubscriptionItem {
  return { ...item, current_period_start: start, current_period_end: end }
}

function isOtherwise(item: Stripe.SubscriptionItem, other: Stripe.SubscriptionItem | undefined): boolean {
  return other === undefined || other.price.id !== item.price.id || other.quantity !== item.quantity
}
