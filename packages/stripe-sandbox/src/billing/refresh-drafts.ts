import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { customerOnInvoice } from './customer-on-invoice.ts'
import { withTotals } from './invoice-totals.ts'

/** Until they are finalized, invoices show their customer and the balance as they are now. Nothing is announced. */
export function refreshDrafts(context: Context, customer: Stripe.Customer): void {
  for (const invoice of context.store.where('invoice', 'customer', customer.id)) {
    if (invoice.status !== 'draft') continue
    const shown = { ...invoice, ...customerOnInvoice(context, customer) }
    context.store.put('invoice', withTotals(context, shown))
  }
}
