import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { pendingLine } from './invoice-lines.ts'
import { withTotals } from './invoice-totals.ts'
import { saveChanges } from './save-changes.ts'

/** Stores a changed draft with the amounts that it now comes to; `invoice.updated`. */
export function saveDraft(context: Context, before: Stripe.Invoice, after: Stripe.Invoice): Stripe.Invoice {
  return saveChanges(context, 'invoice', before, withTotals(context, after), 'invoice.updated')
}

/** The draft with the line of an invoice item: in the place of its old one, or after all others. */
export function withItem(context: Context, draft: Stripe.Invoice, item: Stripe.InvoiceItem): Stripe.Invoice {
  const line = pendingLine(context, item, draft.id, draft.default_tax_rates)
  const { data } = draft.lines
  const place = data.findIndex((each) => itemOfLine(each) === item.id)
  const lines = place === -1 ? [...data, line] : data.with(place, { ...line, id: data[place]?.id ?? line.id })
  return withLines(draft, lines)
}

/** The draft without the line of an invoice item. */
export function withoutItem(draft: Stripe.Invoice, itemId: string): Stripe.Invoice {
  return withLines(
    draft,
    draft.lines.data.filter((line) => itemOfLine(line) !== itemId),
  )
}

export function withLines(draft: Stripe.Invoice, data: Stripe.InvoiceLineItem[]): Stripe.Invoice {
  return { ...draft, lines: { ...draft.lines, data } }
}

/** The invoice item behind a line; null for the period of a subscription's item, which has none. */
export function itemOfLine({ parent }: Stripe.InvoiceLineItem): string | null {
  return parent?.invoice_item_details?.invoice_item ?? parent?.subscription_item_details?.invoice_item ?? null
}

/** Every line anew, after the rates changed that tax those without rates of their own. */
export function withDefaultTaxRates(
  context: Context,
  draft: Stripe.Invoice,
  rates: Stripe.TaxRate[],
): Stripe.Invoice {
  const taxed = { ...draft, default_tax_rates: rates }
  return draft.lines.data.reduce((invoice, line) => {
    const item = context.store.get('invoiceitem', itemOfLine(line) ?? '')
    return item ? withItem(context, invoice, item) : invoice
  }, taxed)
}
