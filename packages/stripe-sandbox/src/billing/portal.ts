import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { countingInvoice } from './counting-invoice.ts'
import { plannedResumptionAt } from './planned-resumption.ts'
import { canCancel } from './portal-cancel.ts'
import { canPause, canResume } from './portal-pause.ts'
import { type PlanOption, planOptions, scheduledChangeAt } from './portal-plans.ts'
import { type PortalVisitor, visitPortal } from './portal-visit.ts'
import { previewNextInvoice } from './preview-invoice.ts'
import { priceIn } from './price-in.ts'
import { productName } from './prices.ts'
import { isResumptionUnpaid } from './resumption.ts'

/** Everything the billing portal shows. */
export interface PortalView extends PortalVisitor {
  /** Live subscriptions (ended ones left out), newest first. */
  subscriptions: PortalSubscription[]
  paymentMethods: Stripe.PaymentMethod[]
  /** The card that pays the next invoice, or null. */
  defaultPaymentMethod: string | null
  taxIds: Stripe.TaxId[]
  /** Finalized invoices, newest first. */
  invoices: Stripe.Invoice[]
}

export interface PortalSubscription {
  subscription: Stripe.Subscription
  items: { productName: string; price: Stripe.Price; quantity: number }[]
  /** Null when it is going to end instead. `dueAt` in Unix seconds. */
  nextInvoice: { amountMinor: number; currency: string; dueAt: number } | null
  /** Unix seconds of its scheduled end, or null. */
  endsAt: number | null
  /** When a schedule changes it next, unix seconds, or null. */
  changesAt: number | null
  /** Whether it can be canceled here, or a cancellation taken back. */
  canCancel: boolean
  canPause: boolean
  canResume: boolean
  /** The invoice that is to be paid for it to be active, or go on; null when nothing is missing. */
  unpaidInvoice: string | null
  /** When its pause ends by itself, unix seconds, or null. */
  resumesAt: number | null
  /** What it can be changed to; empty when it cannot be changed here. */
  options: PlanOption[]
}

/**
 * Opens (or keeps open) a portal session. Undefined: no such session; 'expired': not opened within 5 minutes, or unused for
 * 1 hour. Writes down the visit: call it in a transaction.
 */
export function openPortal(context: Context, portalSessionId: string): PortalView | 'expired' | undefined {
  const visit = visitPortal(context, portalSessionId)
  if (visit === undefined || visit === 'expired') return visit
  const { store } = context
  const { customer } = visit
  const subscriptions = [...store.where('subscription', 'customer', customer.id)].filter(isLive)
  const invoices = [...store.where('invoice', 'customer', customer.id)]
  return {
    ...visit,
    subscriptions: subscriptions.map((subscription) => portalSubscription(context, visit, subscription)),
    taxIds: [...store.where('tax_id', 'owner', customer.id)],
    paymentMethods: [...store.where('payment_method', 'customer', customer.id)],
    defaultPaymentMethod:
      idOf(subscriptions[0]?.default_payment_method) ??
      idOf(customer.invoice_settings.default_payment_method),
    invoices: visit.configuration.features.invoice_history.enabled
      ? invoices.filter((invoice) => invoice.status !== 'draft')
      : [],
  }
}

function isLive(subscription: Stripe.Subscription): boolean {
  return subscription.ended_at === null
}

function portalSubscription(
  context: Context,
  visit: PortalVisitor,
  subscription: Stripe.Subscription,
): PortalSubscription {
  const next = previewNextInvoice(context, subscription)
  return {
    subscription,
    items: subscription.items.data.map((item) => ({
      productName: productName(context, item.price),
      price: priceIn(context, item.price, subscription.currency),
      quantity: item.quantity ?? 1,
    })),
    nextInvoice: next
      ? { amountMinor: next.amount_due, currency: next.currency, dueAt: next.period_end }
      : null,
    endsAt: subscription.cancel_at,
    changesAt: scheduledChangeAt(context, subscription),
    canCancel: canCancel(context, visit, subscription),
    canPause: canPause(visit, subscription),
    canResume: canResume(context, visit, subscription),
    unpaidInvoice: unpaidInvoice(context, subscription),
    resumesAt: plannedResumptionAt(context.store, subscription),
    options: planOptions(context, visit, subscription),
  }
}

function unpaidInvoice({ store }: Context, subscription: Stripe.Subscription): string | null {
  const isUnpaid =
    isResumptionUnpaid(store, subscription) ||
    ['past_due', 'unpaid', 'incomplete'].includes(subscription.status)
  return isUnpaid ? (countingInvoice(store, subscription)?.id ?? null) : null
}
