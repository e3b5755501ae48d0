import type { PurchaseData } from './app-events.ts'
import type { CheckoutLineItem } from './checkout-line-item.ts'
import type { Transition } from './transitions.ts'

export interface InvoiceFacts {
  id: string
  status: string
  billing_reason: string | null
  subscription_id: string | null
  amount_paid_minor: number
  currency: string
}

/** Paid for a further period, by whatever means. The subscription's own period moves on an hour before the money (2.6). */
export function invoiceTransitions(before: InvoiceFacts | null, after: InvoiceFacts): Transition[] {
  const { id, subscription_id: subscription, amount_paid_minor: amount_paid, currency } = after
  if (after.billing_reason !== 'subscription_cycle' || subscription === null) return []
  if (after.status !== 'paid' || before?.status === 'paid') return []
  return [
    {
      type: 'subscription.renewed',
      dedupeKey: `subscription.renewed:${subscription}:${id}`,
      payload: { subscription_id: subscription, invoice_id: id, amount_paid, currency },
    },
  ]
}

export interface PaymentFacts {
  id: string
  status: string
  currency: string
  amount_minor: number
  amount_refunded_minor: number
  failure_code: string | null
  synced_at: Date
}

/** The invoice that a payment is for. */
export interface PaidInvoice {
  id: string
  subscription_id: string | null
  hosted_invoice_url: string | null
}

/** What tells the attempts of one payment apart. */
export interface PaymentAttempt {
  /** Of the last attempt that came so far; null when none did. */
  chargeId: string | null
  /**
   * What was refused before there was a charge (by the buyer's bank, when it asked who he is); null when the failure is of the charge.
   * Stripe numbers no attempts: the same card, refused again for the same reason, is the same.
   */
  refusedMethodId: string | null
  /** What is tried now; null when nothing is. */
  methodId: string | null
}

/**
 * A payment without an invoice is made on Stripe's page, where the buyer sees for himself that his bank asks; one of an invoice is
 * made while nobody looks, and the app has to send somebody to `hosted_invoice_url`.
 */
export function paymentTransitions(
  before: PaymentFacts | null,
  after: PaymentFacts,
  { chargeId, refusedMethodId, methodId }: PaymentAttempt,
  invoice: PaidInvoice | null,
): Transition[] {
  const { id, currency, amount_minor: amount, failure_code, amount_refunded_minor: refunded } = after
  const payment = {
    ...{ payment_id: id, invoice_id: invoice?.id ?? null, subscription_id: invoice?.subscription_id ?? null },
    ...{ amount, currency },
  }
  const found: Transition[] = []
  if (after.status === 'requires_payment_method' && failure_code !== null) {
    const refusal = refusedMethodId === null ? '' : `:${refusedMethodId}:${failure_code}`
    const dedupeKey = `payment.failed:${id}:${chargeId}${refusal}`
    found.push({ type: 'payment.failed', dedupeKey, payload: { ...payment, failure_code } })
  }
  if (after.status === 'requires_action' && invoice !== null) {
    const payload = { ...payment, hosted_invoice_url: invoice.hosted_invoice_url }
    const dedupeKey = `payment.action_required:${id}:${chargeId}:${methodId}`
    found.push({ type: 'payment.action_required', dedupeKey, payload })
  }
  if (refunded > (before?.amount_refunded_minor ?? 0)) {
    const payload = {
      ...{ payment_id: id, amount, amount_refunded: refunded, currency },
      is_full: refunded >= amount,
    }
    // A refund can fail and be made again: the row that it was told from makes it one fact.
    const dedupeKey = `purchase.refunded:${id}:${refunded}${before ? `:${before.synced_at.getTime()}` : ''}`
    found.push({ type: 'purchase.refunded', dedupeKey, payload })
  }
  return found
}

export interface CheckoutSessionFacts {
  id: string
  mode: string
  status: string
  payment_status: string
  payment_id: string | null
  currency: string | null
  amount_total_minor: number | null
}

/** `complete` alone is not paid: with a delayed method the money comes days later, or never (5.2). */
export function checkoutSessionTransitions(
  before: CheckoutSessionFacts | null,
  after: CheckoutSessionFacts & { line_items: readonly CheckoutLineItem[] },
): Transition[] {
  if (after.mode !== 'payment' || !isPaidFor(after) || (before && isPaidFor(before))) return []
  const { id, payment_id, currency, amount_total_minor: amount_total } = after
  const line_items = after.line_items.map(({ amount_total_minor, ...item }) => ({
    ...item,
    amount_total: amount_total_minor,
  }))
  const payload: PurchaseData = { session_id: id, payment_id, amount_total, currency, line_items }
  return [{ type: 'purchase.completed', dedupeKey: `purchase.completed:${id}`, payload }]
}

function isPaidFor(session: CheckoutSessionFacts): boolean {
  return session.status === 'complete' && session.payment_status !== 'unpaid'
}
