import type Stripe from 'stripe'
import type { Context } from '../../context.ts'
import { buildInvoiceItem } from '../../objects/invoice-item.ts'
import { buildInvoiceLineItem } from '../../objects/invoice-line-item.ts'
import { idOf } from '../../store/tables.ts'
import { wireDecimal } from '../../wire/decimal.ts'
import { formatUnitAmount } from '../currency.ts'
import { everyOf } from '../invoice-lines.ts'
import { priceIn } from '../price-in.ts'
import { productName, quantityAmountMinor } from '../prices.ts'
import { billedUsage } from './aggregate-usage.ts'
import { isMetered, usageStart } from './metered.ts'

// Usage is billed in arrears, once: each line covers a window of time, windows of one item follow one another without a gap
// (`billed_until`), and until an invoice is finalized its lines are counted again, so that late events are on it.

interface UsageLineOptions {
  invoice: string
  subscription: Stripe.Subscription
  /** The end of the window, unix seconds. */
  until: number
  /** Usage in a trial costs nothing. */
  isFree: boolean
}

/** The line for what was used of an item since it was billed last. */
export function usageLine(
  context: Context,
  item: Stripe.SubscriptionItem,
  { invoice, subscription, until, isFree }: UsageLineOptions,
): Stripe.InvoiceLineItem {
  const period = windowOf(item, until)
  const price = priceIn(context, item.price, subscription.currency)
  const quantity = isFree ? 0 : billedUsage(context, price, customerIdOf(subscription), period)
  const taxRates = item.tax_rates?.length ? item.tax_rates : (subscription.default_tax_rates ?? [])
  return buildInvoiceLineItem(context.ids, {
    invoice,
    description: describe(context, price, quantity),
    price,
    currency: price.currency,
    quantity,
    amountMinor: isFree ? 0 : quantityAmountMinor(price, quantity),
    period,
    subscription: subscription.id,
    source: { kind: 'subscription_item', item: item.id, invoiceItem: null, isProration: false },
    isDiscountable: true,
    discounts: item.discounts.flatMap((discount) => idOf(discount) ?? []),
    taxRates,
    metadata: subscription.metadata,
  })
}

/**
 * Puts what was used of an item until now among what waits for the next invoice (`invoiceitem.created`), because the item changes, ends
 * or stops within its period. Nothing used, nothing put.
 */
export function settleUsage(
  context: Context,
  subscription: Stripe.Subscription,
  item: Stripe.SubscriptionItem,
  until: number,
): Stripe.InvoiceItem | null {
  const period = windowOf(item, until)
  const price = priceIn(context, item.price, subscription.currency)
  const quantity = billedUsage(context, price, customerIdOf(subscription), period)
  const customer = context.store.get('customer', customerIdOf(subscription))
  if (quantity === 0 || customer === undefined) return null
  const invoiceItem = buildInvoiceItem(context.ids, {
    customer,
    amountMinor: quantityAmountMinor(price, quantity),
    currency: price.currency,
    description: describe(context, price, quantity),
    date: context.clock.now(),
    period,
    price,
    unitAmountDecimal: price.unit_amount_decimal,
    quantity,
    subscription: subscription.id,
    subscriptionItem: item.id,
    isProration: false,
    isDiscountable: true,
    taxRates: item.tax_rates ?? [],
    metadata: subscription.metadata,
  })
  context.store.put('invoiceitem', invoiceItem)
  context.emit('invoiceitem.created', invoiceItem)
  return invoiceItem
}

/** A draft with its usage counted again. */
export function withUsageCounted(context: Context, draft: Stripe.Invoice): Stripe.Invoice {
  // Most sandboxes meter nothing, and every invoice comes by here.
  if (context.store.count('usage_event') === 0) return draft
  const customer = idOf(draft.customer) ?? ''
  return {
    ...draft,
    lines: { ...draft.lines, data: draft.lines.data.map((line) => counted(context, line, customer)) },
  }
}

function counted(context: Context, line: Stripe.InvoiceLineItem, customer: string): Stripe.InvoiceLineItem {
  const stored = context.store.get('price', idOf(line.pricing?.price_details?.price) ?? '')
  const details = line.parent?.subscription_item_details
  if (stored === undefined || !details || !isMetered(stored) || isFree(context, line, details)) return line
  const price = priceIn(context, stored, line.currency)
  const quantity = billedUsage(context, price, customer, line.period)
  const amount = quantityAmountMinor(price, quantity)
  return {
    ...line,
    amount,
    description: describe(context, price, quantity),
    quantity,
    quantity_decimal: wireDecimal(quantity),
    subtotal: amount,
  }
}

/** What was used in a trial stays free, however late it is counted. */
function isFree(
  { store }: Context,
  { period }: Stripe.InvoiceLineItem,
  details: Stripe.InvoiceLineItem.Parent.SubscriptionItemDetails,
): boolean {
  const subscription = store.get('subscription', details.subscription ?? '')
  return period.end <= (subscription?.trial_end ?? 0)
}

function windowOf(item: Stripe.SubscriptionItem, until: number): { start: number; end: number } {
  const start = usageStart(item)
  return { start, end: Math.max(start, until) }
}

/** `12 × API calls (at $0.05 / month)`; `12 × API calls` where the units have no price of their own: tiers. */
function describe(context: Context, price: Stripe.Price, quantity: number): string {
  const what = `${quantity} × ${productName(context, price)}`
  const unitAmount = price.unit_amount_decimal
  if (unitAmount === null || price.recurring === null) return what
  return `${what} (at ${formatUnitAmount(String(unitAmount), price.currency)} / ${everyOf(price.recurring)})`
}

function customerIdOf(subscription: Stripe.Subscription): string {
  return idOf(subscription.customer) ?? ''
}
