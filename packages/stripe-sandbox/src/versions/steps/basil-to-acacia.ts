import type Stripe from 'stripe'
import { idOf } from '../../store/tables.ts'
import type { Past, Step } from '../step.ts'
import { oldCreditNote, oldCreditNoteLine } from './acacia-credit-note.ts'
import { oldInvoice } from './acacia-invoice.ts'
import { oldInvoiceItem, oldLineItem } from './acacia-lines.ts'
import { firstDiscount } from './first-discount.ts'

/**
 * 2025-03-31.basil moved the period of a subscription to its items, let an invoice have several payments and parents other
 * than a subscription, and made one list of every discount.
 */
export const basilToAcacia: Step = {
  charge: (charge, past) => ({ ...charge, invoice: invoiceOf(charge.payment_intent, past) }),
  'checkout.session': (session) => ({
    ...session,
    shipping_details: session.collected_information?.shipping_details ?? null,
    // `custom` came with basil.
    ui_mode: ['hosted', 'embedded'].includes(session.ui_mode ?? '') ? session.ui_mode : null,
  }),
  credit_note: oldCreditNote,
  credit_note_line_item: oldCreditNoteLine,
  invoice: oldInvoice,
  invoiceitem: oldInvoiceItem,
  line_item: oldLineItem,
  payment_intent: (intent, past) => ({ ...intent, invoice: past.invoiceOf(intent.id) }),
  plan: (plan) => ({ ...plan, aggregate_usage: null }),
  price: (price) => ({
    ...price,
    recurring: price.recurring && { ...price.recurring, aggregate_usage: null },
  }),
  subscription: (subscription, past) => ({
    ...subscription,
    // Acacia's subscriptions had one period for all of their items.
    current_period_end: subscription.items.data[0]?.current_period_end ?? subscription.start_date,
    current_period_start: subscription.items.data[0]?.current_period_start ?? subscription.start_date,
    discount: firstDiscount(subscription.discounts, past),
  }),
}

function invoiceOf(intent: Stripe.Charge['payment_intent'], past: Past): string | null {
  const id = idOf(intent)
  return id === null ? null : past.invoiceOf(id)
}
