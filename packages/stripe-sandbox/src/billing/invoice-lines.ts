import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { buildInvoiceLineItem } from '../objects/invoice-line-item.ts'
import { formatAmount } from './currency.ts'
import { lineAmountMinor, productName } from './prices.ts'

/** Something to bill. */
export interface BillingLine {
  price: Stripe.Price
  quantity: number
  metadata: Stripe.Metadata
}

export function isRecurring(price: Stripe.Price): boolean {
  return price.recurring !== null
}

export interface InvoiceLineOptions {
  invoice: string
  subscription: string | null
  subscriptionItem: string | null
  metadata: Stripe.Metadata
  /** Unix seconds. */
  period: Stripe.InvoiceLineItem.Period
  isTrial: boolean
}

/** One invoice line, worded as Stripe words it: `2 × Pro (at $20.00 / month)`. */
export function invoiceLine(
  context: Context,
  line: BillingLine,
  options: InvoiceLineOptions,
): Stripe.InvoiceLineItem {
  const { isTrial, ...rest } = options
  return buildInvoiceLineItem(context.ids, {
    ...rest,
    price: line.price,
    quantity: line.quantity,
    amountMinor: isTrial ? 0 : lineAmountMinor(line.price, line.quantity),
    description: describe(productName(context, line.price), line, isTrial),
  })
}

function describe(name: string, line: BillingLine, isTrial: boolean): string {
  const { recurring, unit_amount: unitAmount, currency } = line.price
  if (recurring === null) return name
  if (isTrial) return `Trial period for ${name}`
  const every =
    recurring.interval_count === 1
      ? recurring.interval
      : `every ${recurring.interval_count} ${recurring.interval}s`
  return `${line.quantity} × ${name} (at ${formatAmount(unitAmount ?? 0, currency)} / ${every})`
}
