import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { buildInvoice } from '../objects/invoice.ts'
import { buildSubscription } from '../objects/subscription.ts'
import { buildSubscriptionItem } from '../objects/subscription-item.ts'
import { sandboxAccount } from './account.ts'
import { type BillingLine, invoiceLine, isRecurring } from './invoice-lines.ts'
import { addCadence } from './periods.ts'
import { cadenceOf } from './prices.ts'

export interface SubscriptionStart {
  customer: Stripe.Customer
  /** Recurring lines become items; one-time lines go onto the first invoice only. */
  lines: BillingLine[]
  status: Stripe.Subscription.Status
  metadata: Stripe.Metadata
  description: string | null
  defaultPaymentMethod: string | null
  /** Unix seconds; null for no trial. */
  trialEnd: number | null
  missingPaymentMethod: Stripe.Subscription.TrialSettings.EndBehavior.MissingPaymentMethod
  saveDefaultPaymentMethod: Stripe.Subscription.PaymentSettings.SaveDefaultPaymentMethod
}

/**
 * Makes a subscription and the draft of its first invoice, and stores both. During a trial the recurring lines cost nothing.
 * Announces nothing: the order of events is the caller's.
 */
export function startSubscription(
  context: Context,
  start: SubscriptionStart,
): { subscription: Stripe.Subscription; invoice: Stripe.Invoice } {
  const now = context.clock.now()
  const id = context.ids.newId('sub_')
  const invoiceId = context.ids.newId('in_')
  const anchor = start.trialEnd ?? now
  const items: Stripe.SubscriptionItem[] = []
  const lines: Stripe.InvoiceLineItem[] = []
  for (const line of start.lines) {
    const common = { invoice: invoiceId, subscription: id, metadata: start.metadata }
    if (!isRecurring(line.price)) {
      lines.push(
        invoiceLine(context, line, {
          ...common,
          subscriptionItem: null,
          period: { start: now, end: now },
          isTrial: false,
        }),
      )
      continue
    }
    const end = start.trialEnd ?? addCadence(now, cadenceOf(line.price))
    const item = buildSubscriptionItem(context.ids, {
      subscription: id,
      price: line.price,
      quantity: line.quantity,
      created: now,
      periodStart: now,
      periodEnd: end,
      metadata: line.metadata,
    })
    items.push(item)
    lines.push(
      invoiceLine(context, line, {
        ...common,
        subscriptionItem: item.id,
        period: { start: now, end },
        isTrial: start.trialEnd !== null,
      }),
    )
  }
  const currency = start.lines[0]?.price.currency ?? 'usd'
  const invoice = buildInvoice({
    id: invoiceId,
    lines,
    customer: start.customer,
    currency,
    created: now,
    billingReason: 'subscription_create',
    subscription: { id, metadata: start.metadata },
    periodStart: now,
    periodEnd: now,
    account: sandboxAccount,
  })
  const subscription: Stripe.Subscription = {
    ...buildSubscription({
      id,
      items,
      customer: start.customer.id,
      currency,
      created: now,
      status: start.status,
      metadata: start.metadata,
      description: start.description,
      defaultPaymentMethod: start.defaultPaymentMethod,
      billingCycleAnchor: anchor,
      trialStart: start.trialEnd === null ? null : now,
      trialEnd: start.trialEnd,
      missingPaymentMethod: start.missingPaymentMethod,
      saveDefaultPaymentMethod: start.saveDefaultPaymentMethod,
    }),
    latest_invoice: invoiceId,
  }
  context.store.put('invoice', invoice)
  context.store.put('subscription', subscription)
  return { subscription, invoice }
}
