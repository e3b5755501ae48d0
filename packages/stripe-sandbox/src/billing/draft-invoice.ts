import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { buildInvoice, type InvoiceInput } from '../objects/invoice.ts'
import { idOf } from '../store/tables.ts'
import { sandboxAccount } from './account.ts'
import { customerOnInvoice } from './customer-on-invoice.ts'
import { endDiscount, isUsedUp, withoutDiscounts } from './discounts.ts'
import { pendingLine } from './invoice-lines.ts'
import { withTotals } from './invoice-totals.ts'

/**
 * Makes and stores a draft: the invoice items that wait for this customer, newest first (those of another subscription
 * keep waiting), then the given lines, with discounts, taxes and totals. Announces nothing but what became of discounts.
 */
export function draftInvoice(
  context: Context,
  input: Omit<InvoiceInput, 'account' | 'created'>,
  { takesPendingItems = true } = {},
): Stripe.Invoice {
  const pending = takesPendingItems ? pendingItems(context, input) : []
  const lines = pending.map((item) => pendingLine(context, item, input.id, input.defaultTaxRates ?? []))
  const blank = buildInvoice({
    ...input,
    lines: [...lines, ...input.lines],
    created: context.clock.now(),
    account: sandboxAccount,
  })
  const invoice = withTotals(context, { ...blank, ...customerOnInvoice(context, input.customer) })
  context.store.put('invoice', invoice)
  for (const item of pending) context.store.put('invoiceitem', { ...item, invoice: invoice.id })
  return invoice
}

/** Takes the coupons that were for one invoice off a subscription, once they took something off this one. */
export function withoutUsedDiscounts(
  context: Context,
  subscription: Stripe.Subscription,
  invoice: Stripe.Invoice,
): Stripe.Subscription {
  const all = [subscription.discounts, ...subscription.items.data.map((item) => item.discounts)].flat()
  const used = all.flatMap((discount) => {
    const id = idOf(discount) ?? ''
    return isUsedUp(context, id, invoice) ? [id] : []
  })
  if (used.length === 0) return subscription
  for (const id of used) endDiscount(context, id)
  return withoutDiscounts(subscription, new Set(used))
}

/** Newest first. */
function pendingItems(
  context: Context,
  { customer, subscription, currency }: Pick<InvoiceInput, 'customer' | 'subscription' | 'currency'>,
): Stripe.InvoiceItem[] {
  return [...context.store.where('invoiceitem', 'pending', customer.id)]
    .filter((item) => {
      const of = item.parent?.subscription_details?.subscription ?? null
      return item.currency === currency && (of === null || of === subscription?.id)
    })
    .reverse()
}
