import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { shareRounded } from './rounding.ts'

/** What a customer was billed for a time that is not over yet. */
interface Debit {
  netMinor: number
  period: { start: number; end: number }
  invoice: string | null
  line: string
}

/** The share of an amount for a period that falls on what is left of it. Exact to the second, rounded once. */
export function remainingShare(
  amountMinor: number,
  period: { start: number; end: number },
  at: number,
): number {
  const left = Math.min(Math.max(period.end - at, 0), period.end - period.start)
  return period.end > period.start ? shareRounded(amountMinor, left, period.end - period.start) : 0
}

/**
 * The credit for the rest of an item's period, zero or negative: what was really debited for it, discounts taken off, earlier
 * prorations included, each for the share of its own period that is left. (So flexible billing mode has it; an amount
 * that was never invoiced, as in a trial, gives nothing back.)
 */
export function unusedTime(
  context: Context,
  subscription: Stripe.Subscription,
  itemId: string,
  at: number,
): { creditMinor: number; creditedItems: Stripe.InvoiceItem.ProrationDetails.CreditedItems | null } {
  const debits = debitsOf(context, subscription, itemId).filter(({ period }) => period.end > at)
  const leftMinor = debits.reduce(
    (sum, debit) => sum + remainingShare(debit.netMinor, debit.period, Math.max(at, debit.period.start)),
    0,
  )
  return { creditMinor: leftMinor > 0 ? -leftMinor : 0, creditedItems: creditedOf(debits) }
}

function debitsOf(context: Context, subscription: Stripe.Subscription, itemId: string): Debit[] {
  const { store } = context
  const invoiced = [...store.where('invoice', 'subscription', subscription.id)]
    .filter((invoice) => invoice.status !== 'void')
    .flatMap((invoice) =>
      invoice.lines.data
        .filter((line) => line.parent?.subscription_item_details?.subscription_item === itemId)
        .map((line) => ({
          netMinor: line.amount - discountOf(line),
          period: line.period,
          invoice: invoice.id,
          line: line.id,
        })),
    )
  const pending = [...store.where('invoiceitem', 'pending', idOf(subscription.customer) ?? '')]
    .filter((item) => item.parent?.subscription_details?.subscription_item === itemId)
    .map((item) => ({ netMinor: item.amount, period: item.period, invoice: null, line: item.id }))
  return [...invoiced, ...pending]
}

function discountOf(line: Stripe.InvoiceLineItem): number {
  return (line.discount_amounts ?? []).reduce((sum, { amount }) => sum + amount, 0)
}

/** Named when one invoice had them all. */
function creditedOf(debits: readonly Debit[]): Stripe.InvoiceItem.ProrationDetails.CreditedItems | null {
  const invoice = debits[0]?.invoice
  if (!invoice || debits.some((debit) => debit.invoice !== invoice)) return null
  return {
    invoice_line_item_details: { invoice, invoice_line_items: debits.map((debit) => debit.line) },
    type: 'invoice_line_items',
  }
}
