import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { buildInvoice } from '../objects/invoice.ts'
import { buildInvoiceItem } from '../objects/invoice-item.ts'
import { sandboxAccount } from './account.ts'
import { runningDiscounts } from './discounts.ts'
import { itemLine } from './invoice-lines.ts'
import { withTotals } from './invoice-totals.ts'
import { priceIn } from './price-in.ts'
import { productName } from './prices.ts'
import { customerOf } from './renew-subscription.ts'
import { remainingShare, unusedTime } from './unused-time.ts'
import { isMetered } from './usage/metered.ts'

/** The credit for the unused time of an item, as an invoice item that waits for the next invoice; none when there is nothing to give back. */
export function creditUnusedTime(
  context: Context,
  subscription: Stripe.Subscription,
  item: Stripe.SubscriptionItem,
  at: number,
): Stripe.InvoiceItem | null {
  const { creditMinor, creditedItems } = unusedTime(context, subscription, item.id, at)
  if (creditMinor === 0) return null
  return proration(context, subscription, item, {
    amountMinor: creditMinor,
    at,
    description: `Unused time on ${wording(context, item)} after ${dayOf(at)}`,
    creditedItems,
  })
}

/**
 * What an item costs for the rest of its period, as an invoice item that waits for the next invoice. Discounts that run on the
 * subscription are inside the amount, which is therefore not discountable again.
 * @param paidMinor What was billed for that time before; null comes back when it was all.
 */
export function debitRemainingTime(
  context: Context,
  subscription: Stripe.Subscription,
  item: Stripe.SubscriptionItem,
  at: number,
  paidMinor = 0,
): Stripe.InvoiceItem | null {
  const period = { start: item.current_period_start, end: item.current_period_end }
  const wholeMinor = remainingShare(netPeriodAmount(context, subscription, item), period, at)
  if (paidMinor > 0 && wholeMinor <= paidMinor) return null
  return proration(context, subscription, item, {
    amountMinor: wholeMinor - paidMinor,
    at,
    description: `Remaining time on ${wording(context, item)} after ${dayOf(at)}`,
    creditedItems: null,
  })
}

/** What an item costs for a whole period, the subscription's running discounts taken off in proportion. Minor units. */
function netPeriodAmount(
  context: Context,
  subscription: Stripe.Subscription,
  item: Stripe.SubscriptionItem,
): number {
  const now = context.clock.now()
  const licensed = subscription.items.data.filter((each) => !isMetered(each.price))
  const lines = licensed.map((each) =>
    itemLine(context, each, {
      invoice: '',
      subscription,
      period: { start: each.current_period_start, end: each.current_period_end },
      isTrial: false,
      defaultTaxRates: [],
    }),
  )
  const whole = withTotals(
    context,
    buildInvoice({
      id: '',
      lines,
      customer: customerOf(context, subscription),
      currency: subscription.currency,
      created: now,
      billingReason: 'upcoming',
      subscription,
      periodStart: now,
      periodEnd: now,
      discounts: runningDiscounts(context, subscription.discounts, now),
      account: sandboxAccount,
    }),
  )
  const index = licensed.findIndex((each) => each.id === item.id)
  const line = whole.lines.data[index]
  if (line === undefined) throw new Error(`item ${item.id} is not of subscription ${subscription.id}`)
  return line.amount - (line.discount_amounts ?? []).reduce((sum, { amount }) => sum + amount, 0)
}

function proration(
  context: Context,
  subscription: Stripe.Subscription,
  item: Stripe.SubscriptionItem,
  part: {
    amountMinor: number
    at: number
    description: string
    creditedItems: Stripe.InvoiceItem.ProrationDetails.CreditedItems | null
  },
): Stripe.InvoiceItem {
  const price = priceIn(context, item.price, subscription.currency)
  const invoiceItem = buildInvoiceItem(context.ids, {
    customer: customerOf(context, subscription),
    amountMinor: part.amountMinor,
    currency: price.currency,
    description: part.description,
    date: context.clock.now(),
    period: { start: part.at, end: Math.max(item.current_period_end, part.at) },
    price,
    unitAmountDecimal: price.unit_amount_decimal,
    quantity: item.quantity ?? 1,
    subscription: subscription.id,
    subscriptionItem: item.id,
    isProration: true,
    isDiscountable: false,
    creditedItems: part.creditedItems,
    taxRates: item.tax_rates ?? [],
    metadata: subscription.metadata,
  })
  context.store.put('invoiceitem', invoiceItem)
  context.emit('invoiceitem.created', invoiceItem)
  return invoiceItem
}

function wording(context: Context, item: Stripe.SubscriptionItem): string {
  const name = productName(context, item.price)
  return (item.quantity ?? 1) === 1 ? name : `${item.quantity} × ${name}`
}

/** `15 Jan 2027` */
function dayOf(at: number): string {
  return shortDay.format(at * 1000)
}

const shortDay = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
})
