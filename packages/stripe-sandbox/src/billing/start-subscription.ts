import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { buildSubscription } from '../objects/subscription.ts'
import { buildSubscriptionItem } from '../objects/subscription-item.ts'
import { type AnchorConfig, gridAnchor } from './anchor-config.ts'
import { backdatedLines, beganAt, classicLine, elapsedPeriods } from './backdated-lines.ts'
import type { Redemption } from './check-redemption.ts'
import { applyCoupon } from './discounts.ts'
import { draftInvoice, withoutUsedDiscounts } from './draft-invoice.ts'
import { type BillingLine, isRecurring, itemLine, oneTimeLine } from './invoice-lines.ts'
import { addCadence, periodAt } from './periods.ts'
import { priceIn } from './price-in.ts'
import { cadenceOf, lineAmountMinor } from './prices.ts'
import { remainingShare } from './unused-time.ts'
import { isMetered } from './usage/metered.ts'

/** A line whose item has coupons of its own. */
export interface StartLine extends BillingLine {
  redemptions?: readonly Redemption[]
}

export interface SubscriptionStart {
  customer: Stripe.Customer
  /** In which every line is sold; left out: that of the first line's price. */
  currency?: string
  /** Recurring lines become items; one-time lines go onto the first invoice only. */
  lines: readonly StartLine[]
  status: Stripe.Subscription.Status
  metadata: Stripe.Metadata
  description: string | null
  defaultPaymentMethod: string | null
  /** Unix seconds; null for no trial. */
  trialEnd: number | null
  missingPaymentMethod: Stripe.Subscription.TrialSettings.EndBehavior.MissingPaymentMethod
  saveDefaultPaymentMethod: Stripe.Subscription.PaymentSettings.SaveDefaultPaymentMethod
  billingMode: Stripe.Subscription.BillingMode
  collectionMethod: Stripe.Subscription.CollectionMethod
  daysUntilDue: number | null
  defaultTaxRates: readonly Stripe.TaxRate[]
  redemptions: readonly Redemption[]
  /** A moment on the grid of periods, unix seconds; null: the periods begin now (or when the trial ends). */
  billingCycleAnchor: number | null
  /** What that moment was worked out from. */
  anchorConfig?: AnchorConfig | null
  /** Where it began before now, unix seconds; the time since then is on the first invoice. */
  backdatedTo?: number | null
  /** Whether the time until the anchor, and the time before now, cost nothing. */
  isFirstPeriodFree: boolean
  /** Whether the first invoice waits for about an hour before it is collected, as a schedule's do. */
  staysDraft?: boolean
}

/**
 * Makes a subscription and the draft of its first invoice, and stores both. During a trial the recurring lines cost nothing.
 * What is metered is billed when it was used: of that alone there is no first invoice. Announces nothing but its discounts: the
 * order of events is the caller's.
 */
export function startSubscription(
  context: Context,
  start: SubscriptionStart,
): { subscription: Stripe.Subscription; invoice: Stripe.Invoice | null } {
  const now = context.clock.now()
  const id = context.ids.newId('sub_')
  const invoiceId = context.ids.newId('in_')
  const items = start.lines
    .filter(({ price }) => isRecurring(price))
    .map((line) => itemOf(context, start, id, line))
  const discounts = start.redemptions.map((redemption) =>
    redeem(context, start.customer, redemption, { subscription: id }),
  )
  const bought = buildSubscription({
    ...start,
    id,
    items,
    discounts,
    currency: currencyOfStart(start),
    created: now,
    startDate: beganAt(context, start),
    anchorConfig: start.anchorConfig ?? null,
    billingCycleAnchor: start.trialEnd ?? start.billingCycleAnchor ?? now,
    trialStart: start.trialEnd === null ? null : now,
  })
  const subscription = { ...bought, latest_invoice: invoiceId }
  const lines = linesOf(context, start, subscription, invoiceId)
  if (lines.length === 0) {
    context.store.put('subscription', bought)
    return { subscription: bought, invoice: null }
  }
  context.store.put('subscription', subscription)
  const invoice = draftInvoice(context, {
    id: invoiceId,
    lines,
    customer: start.customer,
    currency: subscription.currency,
    billingReason: 'subscription_create',
    subscription,
    periodStart: now,
    periodEnd: now,
    discounts,
    defaultTaxRates: start.defaultTaxRates,
    collectionMethod: start.collectionMethod,
    finalizesAt:
      start.collectionMethod === 'send_invoice' || start.staysDraft
        ? now + context.settings.finalizeAfterSeconds
        : null,
  })
  const started = withoutUsedDiscounts(context, subscription, invoice)
  context.store.put('subscription', started)
  return { subscription: started, invoice }
}

function currencyOfStart({ currency, lines }: SubscriptionStart): string {
  return currency ?? lines[0]?.price.currency ?? 'usd'
}

/** What the first invoice of such a subscription would come to, in minor units, before the customer's balance. */
export function firstTotalMinor(context: Context, start: SubscriptionStart): number {
  const currency = currencyOfStart(start)
  return start.lines.reduce(
    (sum, line) =>
      isMetered(line.price) ||
      (isRecurring(line.price) && (start.trialEnd !== null || start.isFirstPeriodFree))
        ? sum
        : sum + lineAmountMinor(priceIn(context, line.price, currency), line.quantity),
    0,
  )
}

function itemOf(
  context: Context,
  start: SubscriptionStart,
  subscription: string,
  line: StartLine,
): Stripe.SubscriptionItem {
  const period = firstPeriod(context, start, line)
  const item = buildSubscriptionItem(context.ids, {
    subscription,
    price: line.price,
    quantity: line.quantity,
    created: context.clock.now(),
    periodStart: period.start,
    periodEnd: period.end,
    metadata: line.metadata,
    taxRates: line.taxRates ?? [],
  })
  const discounts = (line.redemptions ?? []).map((redemption) =>
    redeem(context, start.customer, redemption, { subscription, subscriptionItem: item.id }),
  )
  return { ...item, discounts }
}

function redeem(
  context: Context,
  customer: Stripe.Customer,
  redemption: Redemption,
  place: { subscription: string; subscriptionItem?: string },
): string {
  return applyCoupon(context, redemption, { customer: customer.id, ...place }).id
}

function linesOf(
  context: Context,
  start: SubscriptionStart,
  subscription: Stripe.Subscription,
  invoice: string,
): Stripe.InvoiceLineItem[] {
  const defaultTaxRates = start.defaultTaxRates
  const licensed = subscription.items.data.filter((item) => !isMetered(item.price))
  const recurring = licensed.flatMap((item) => {
    const period = { start: item.current_period_start, end: item.current_period_end }
    const isTrial = start.trialEnd !== null
    const lineOf = (of: Stripe.InvoiceLineItem.Period) =>
      itemLine(context, item, { invoice, subscription, period: of, isTrial, defaultTaxRates })
    const line = lineOf(period)
    if (isTrial) return [line]
    const from = beganAt(context, start)
    if (start.billingMode.type === 'classic' && from < context.clock.now() && !start.isFirstPeriodFree) {
      // Until the anchor in one, or until now and then the period that begins.
      const isAnchored = start.billingCycleAnchor !== null
      const until = isAnchored ? period.end : context.clock.now()
      const elapsed = classicLine(cadenceOf(item.price), { from, until }, lineOf)
      return isAnchored ? [elapsed] : [elapsed, line]
    }
    const elapsed = start.isFirstPeriodFree ? [] : elapsedOf(context, start, item)
    return [
      ...backdatedLines(elapsed, lineOf),
      start.billingCycleAnchor === null ? line : shortened(context, start, item, line),
    ]
  })
  const once = start.lines
    .filter(({ price }) => !isRecurring(price))
    .map((line) =>
      oneTimeLine(context, line, {
        invoice,
        subscription: subscription.id,
        currency: subscription.currency,
        at: context.clock.now(),
        defaultTaxRates,
      }),
    )
  return [...recurring, ...once]
}

function elapsedOf(
  context: Context,
  start: SubscriptionStart,
  { price, current_period_start: until }: Stripe.SubscriptionItem,
): ReturnType<typeof elapsedPeriods> {
  const grid = gridOf(start, price) ?? context.clock.now()
  return elapsedPeriods(grid, cadenceOf(price), { from: beganAt(context, start), until })
}

/** The part of a period until the anchor costs its share of a whole one. */
function shortened(
  context: Context,
  start: SubscriptionStart,
  item: Stripe.SubscriptionItem,
  line: Stripe.InvoiceLineItem,
): Stripe.InvoiceLineItem {
  const now = context.clock.now()
  const whole = periodAt(gridOf(start, item.price) ?? now, now, cadenceOf(item.price))
  const amount = start.isFirstPeriodFree ? 0 : remainingShare(line.amount, whole, line.period.start)
  return { ...line, amount, subtotal: amount }
}

function firstPeriod(
  context: Context,
  start: SubscriptionStart,
  { price }: BillingLine,
): { start: number; end: number } {
  const now = context.clock.now()
  const cadence = cadenceOf(price)
  if (start.trialEnd !== null) return { start: now, end: start.trialEnd }
  const grid = gridOf(start, price)
  if (grid === null) return { start: now, end: addCadence(now, cadence) }
  const running = periodAt(grid, now, cadence)
  // Backdated, it may have begun with the running period, or within it.
  const began = beganAt(context, start)
  return { start: began < now ? Math.max(running.start, began) : now, end: running.end }
}

/** Unix seconds; null: the periods begin now. */
function gridOf({ billingCycleAnchor, anchorConfig }: SubscriptionStart, price: Stripe.Price): number | null {
  if (billingCycleAnchor === null) return null
  return gridAnchor(billingCycleAnchor, anchorConfig ?? null, cadenceOf(price))
}
