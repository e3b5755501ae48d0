import type Stripe from 'stripe'
import { buildPlan } from '../../objects/plan.ts'
import { idOf } from '../../store/tables.ts'
import type { Past } from '../step.ts'
import { oldTaxes } from './acacia-taxes.ts'

/** A line that has its price, its plan and where it comes from on itself. */
export function oldLineItem(line: Stripe.InvoiceLineItem, past: Past): object {
  const ofItem = line.parent?.subscription_item_details
  const ofInvoiceItem = line.parent?.invoice_item_details
  const invoiceItem = ofItem?.invoice_item ?? ofInvoiceItem?.invoice_item ?? null
  const taxes = line.taxes ?? []
  const inclusive = taxes.filter((tax) => tax.tax_behavior === 'inclusive')
  const withoutTax = line.amount - inclusive.reduce((sum, tax) => sum + tax.amount, 0)
  return {
    ...line,
    ...priceAndPlan(line.pricing, past),
    amount_excluding_tax: withoutTax,
    ...(invoiceItem === null ? {} : { invoice_item: invoiceItem }),
    proration: ofItem?.proration ?? ofInvoiceItem?.proration ?? false,
    proration_details: ofItem?.proration_details ??
      ofInvoiceItem?.proration_details ?? { credited_items: null },
    ...(ofItem ? { subscription_item: ofItem.subscription_item } : {}),
    tax_amounts: oldTaxes(taxes),
    tax_rates: taxes.flatMap((tax) => past.object('tax_rate', tax.tax_rate_details?.tax_rate ?? '') ?? []),
    // A proration of a subscription was an invoice item first.
    type: ofItem && invoiceItem === null ? 'subscription' : 'invoiceitem',
    unit_amount_excluding_tax: line.quantity ? String(withoutTax / line.quantity) : String(withoutTax),
  }
}

/** An invoice item that waits for its invoice, likewise. */
export function oldInvoiceItem(item: Stripe.InvoiceItem, past: Past): object {
  const details = item.parent?.subscription_details
  const unitAmount = item.pricing?.unit_amount_decimal ?? null
  return {
    ...item,
    ...priceAndPlan(item.pricing, past),
    subscription: details?.subscription ?? null,
    ...(details?.subscription_item === undefined ? {} : { subscription_item: details.subscription_item }),
    unit_amount: unitAmount === null ? null : wholeNumber(String(unitAmount)),
    unit_amount_decimal: unitAmount,
  }
}

function priceAndPlan(
  pricing: Stripe.InvoiceLineItem['pricing'] | Stripe.InvoiceItem['pricing'],
  past: Past,
): { price: object | null; plan: object | null } {
  const id = idOf(pricing?.price_details?.price)
  const price = id === null ? null : past.object('price', id)
  if (price === null) return { price, plan: null }
  // A boundary: the store keeps prices as the SDK types them.
  const known = price as Stripe.Price
  return { price, plan: known.recurring ? buildPlan(known) : null }
}

function wholeNumber(decimal: string): number | null {
  return /^-?\d+$/.test(decimal) ? Number(decimal) : null
}
