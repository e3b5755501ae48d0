import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { buildInvoiceLineItem } from '../objects/invoice-line-item.ts'
import { idOf } from '../store/tables.ts'
import { formatUnitAmount } from './currency.ts'
import { runningDiscounts } from './discounts.ts'
import { priceIn } from './price-in.ts'
import { lineAmountMinor, productName } from './prices.ts'

/** Something to bill. */
export interface BillingLine {
  price: Stripe.Price
  quantity: number
  metadata: Stripe.Metadata
  /** Ids of discounts of this line alone. */
  discounts?: readonly string[]
  taxRates?: readonly Stripe.TaxRate[]
}

export function isRecurring(price: Stripe.Price): boolean {
  return price.recurring !== null
}

interface ItemLineOptions {
  invoice: string
  subscription: { id: string; metadata: Stripe.Metadata; currency: string }
  /** Unix seconds. */
  period: Stripe.InvoiceLineItem.Period
  isTrial: boolean
  defaultTaxRates: readonly Stripe.TaxRate[]
}

/** The line of a subscription's item for one period, worded as Stripe words it: `2 × Pro (at $20.00 / month)`. */
export function itemLine(
  context: Context,
  item: Stripe.SubscriptionItem,
  options: ItemLineOptions,
): Stripe.InvoiceLineItem {
  const { invoice, subscription, period, isTrial } = options
  const quantity = item.quantity ?? 1
  const price = priceIn(context, item.price, subscription.currency)
  return buildInvoiceLineItem(context.ids, {
    invoice,
    description: describe(productName(context, price), price, quantity, isTrial),
    price,
    currency: price.currency,
    quantity,
    amountMinor: isTrial ? 0 : lineAmountMinor(price, quantity),
    period,
    subscription: subscription.id,
    source: { kind: 'subscription_item', item: item.id, invoiceItem: null, isProration: false },
    isDiscountable: true,
    discounts: runningDiscounts(context, item.discounts, context.clock.now()),
    taxRates: ownOrDefault(item.tax_rates, options.defaultTaxRates),
    metadata: subscription.metadata,
  })
}

/** A line that is bought once. `invoiceItem` is the invoice item behind it; a new one is named when there is none. */
export function oneTimeLine(
  context: Context,
  line: BillingLine,
  options: {
    invoice: string
    subscription: string | null
    currency: string
    at: number
    defaultTaxRates: readonly Stripe.TaxRate[]
  },
): Stripe.InvoiceLineItem {
  const price = priceIn(context, line.price, options.currency)
  return buildInvoiceLineItem(context.ids, {
    invoice: options.invoice,
    description: productName(context, price),
    price,
    currency: price.currency,
    quantity: line.quantity,
    amountMinor: lineAmountMinor(price, line.quantity),
    period: { start: options.at, end: options.at },
    subscription: options.subscription,
    source: { kind: 'invoice_item', invoiceItem: context.ids.newId('ii_'), isProration: false },
    isDiscountable: true,
    discounts: line.discounts ?? [],
    taxRates: ownOrDefault(line.taxRates, options.defaultTaxRates),
    metadata: line.metadata,
  })
}

/** A pending invoice item as a line: a proration, or something that was added by hand. */
export function pendingLine(
  context: Context,
  item: Stripe.InvoiceItem,
  invoice: string,
  defaultTaxRates: readonly Stripe.TaxRate[],
): Stripe.InvoiceLineItem {
  const parent = item.parent?.subscription_details ?? null
  const priceId = idOf(item.pricing?.price_details?.price)
  return buildInvoiceLineItem(context.ids, {
    invoice,
    description: item.description ?? '',
    price: (priceId !== null && context.store.get('price', priceId)) || null,
    currency: item.currency,
    quantity: item.quantity,
    amountMinor: item.amount,
    period: item.period,
    subscription: parent?.subscription ?? null,
    source:
      parent?.subscription_item === undefined
        ? { kind: 'invoice_item', invoiceItem: item.id, isProration: item.proration }
        : {
            kind: 'subscription_item',
            item: parent.subscription_item,
            invoiceItem: item.id,
            isProration: item.proration,
          },
    isDiscountable: item.discountable,
    discounts: (item.discounts ?? []).flatMap((discount) => idOf(discount) ?? []),
    taxRates: ownOrDefault(item.tax_rates, defaultTaxRates),
    metadata: item.metadata ?? {},
  })
}

function ownOrDefault(
  own: readonly Stripe.TaxRate[] | null | undefined,
  defaults: readonly Stripe.TaxRate[],
): readonly Stripe.TaxRate[] {
  return own && own.length > 0 ? own : defaults
}

function describe(name: string, price: Stripe.Price, quantity: number, isTrial: boolean): string {
  const { recurring, unit_amount_decimal: unitAmount, currency } = price
  if (recurring === null) return name
  if (isTrial) return `Trial period for ${name}`
  if (unitAmount === null) return `${quantity} × ${name}`
  return `${quantity} × ${name} (at ${formatUnitAmount(String(unitAmount), currency)} / ${everyOf(recurring)})`
}

/** `month`, or `every 3 months`. */
export function everyOf(recurring: Stripe.Price.Recurring): string {
  return recurring.interval_count === 1
    ? recurring.interval
    : `every ${recurring.interval_count} ${recurring.interval}s`
}
