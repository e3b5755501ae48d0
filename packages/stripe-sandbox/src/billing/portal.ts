import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import {
  cancelSubscription,
  latestPeriodEnd,
  scheduleCancellation,
  undoCancellation,
} from './cancel-subscription.ts'
import { type PlanOption, planOptions } from './portal-plans.ts'
import { allows, type PortalAnswer, type PortalVisitor, refused, visitPortal } from './portal-visit.ts'
import { previewNextInvoice } from './preview-invoice.ts'
import { productName } from './prices.ts'

/** Everything the billing portal shows. */
export interface PortalView {
  session: Stripe.BillingPortal.Session
  configuration: Stripe.BillingPortal.Configuration
  customer: Stripe.Customer
  /** Live subscriptions (ended ones left out), newest first. */
  subscriptions: PortalSubscription[]
  paymentMethods: Stripe.PaymentMethod[]
  /** The card that pays the next invoice, or null. */
  defaultPaymentMethod: string | null
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
    paymentMethods: [...store.where('payment_method', 'customer', customer.id)],
    defaultPaymentMethod:
      idOf(subscriptions[0]?.default_payment_method) ??
      idOf(customer.invoice_settings.default_payment_method),
    invoices: visit.configuration.features.invoice_history.enabled
      ? invoices.filter((invoice) => invoice.status !== 'draft')
      : [],
  }
}

/** Cancels a subscription as the configuration says: at the period's end (the default), or at once. */
export function cancelInPortal(
  context: Context,
  portalSessionId: string,
  subscriptionId: string,
  answers: { feedback?: Stripe.Subscription.CancellationDetails.Feedback; comment?: string } = {},
): PortalAnswer {
  const found = ownSubscription(context, portalSessionId, subscriptionId)
  if ('message' in found) return found
  const { subscription, visit } = found
  if (subscription.cancel_at !== null) return refused('This subscription is already set to end.')
  if (
    visit.configuration.features.subscription_cancel.mode === 'immediately' ||
    subscription.status === 'incomplete'
  ) {
    cancelSubscription(context, subscription, answers)
  } else {
    const schedule = {
      cancelAt: latestPeriodEnd(subscription),
      atPeriodEnd: subscription.billing_mode.type === 'classic',
    }
    scheduleCancellation(context, subscription, schedule, answers)
  }
  return { done: true }
}

/** Takes a scheduled cancellation back. */
export function undoCancelInPortal(
  context: Context,
  portalSessionId: string,
  subscriptionId: string,
): PortalAnswer {
  const found = ownSubscription(context, portalSessionId, subscriptionId)
  if ('message' in found) return found
  if (found.subscription.cancel_at === null) return refused('This subscription is not set to end.')
  undoCancellation(context, found.subscription)
  return { done: true }
}

function ownSubscription(
  context: Context,
  portalSessionId: string,
  subscriptionId: string,
): { subscription: Stripe.Subscription; visit: PortalVisitor } | Extract<PortalAnswer, { done: false }> {
  const visit = visitPortal(context, portalSessionId)
  if (visit === undefined || visit === 'expired') return refused('This portal link has expired.')
  if (!allows(visit, 'subscription_cancel')) return refused('Subscriptions cannot be canceled here.')
  const subscription = context.store.get('subscription', subscriptionId)
  if (subscription === undefined || idOf(subscription.customer) !== visit.customer.id) {
    return refused('There is no such subscription.')
  }
  return isLive(subscription) ? { subscription, visit } : refused('This subscription has ended.')
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
      price: item.price,
      quantity: item.quantity ?? 1,
    })),
    nextInvoice: next
      ? { amountMinor: next.amount_due, currency: next.currency, dueAt: next.period_end }
      : null,
    endsAt: subscription.cancel_at,
    options: planOptions(context, visit, subscription),
  }
}
