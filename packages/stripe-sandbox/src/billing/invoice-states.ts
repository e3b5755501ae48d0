import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { buildInvoicePayment } from '../objects/invoice-payment.ts'
import { buildPaymentIntent } from '../objects/payment-intent.ts'
import { idOf } from '../store/tables.ts'
import { supersedeAuthentications } from './attempt-payment.ts'
import { cancelDebit } from './bank-debits.ts'
import { changeBalance } from './customer-balance.ts'
import { customerOnInvoice } from './customer-on-invoice.ts'
import { holdEndsAt, holdOf, releaseHold } from './holds.ts'
import { withTotals } from './invoice-totals.ts'
import { pageUrls } from './page-urls.ts'
import { settleBalance } from './settle-balance.ts'
import { withUsageCounted } from './usage/usage-lines.ts'

// draft → open (finalize) → paid | void | uncollectible. Each function stores the next state and announces nothing.

/**
 * Gives a draft its number, its pages and its final amounts. The customer's balance pays what it can, and takes what is too
 * little to charge; the customer's own count of invoices goes on.
 */
export function finalizeInvoice(context: Context, draft: Stripe.Invoice): Stripe.Invoice {
  const now = context.clock.now()
  const priced = withTotals(context, withUsageCounted(context, draft))
  const { endingBalanceMinor } = settleBalance(priced.total, priced.starting_balance, priced.currency)
  const customer = context.store.get('customer', idOf(draft.customer) ?? '')
  const open: Stripe.Invoice = {
    ...priced,
    ...(customer === undefined ? {} : customerOnInvoice(context, customer)),
    automatically_finalizes_at: null,
    due_date: dueDateOf(context, draft, now),
    effective_at: draft.effective_at ?? now,
    ending_balance: endingBalanceMinor,
    hosted_invoice_url: pageUrls.invoice(context.origin, draft.id),
    invoice_pdf: pageUrls.invoicePdf(context.origin, draft.id),
    next_payment_attempt: null,
    number: nextNumber(context, draft),
    status: 'open',
    status_transitions: { ...draft.status_transitions, finalized_at: now },
  }
  context.store.put('invoice', open)
  takeBalance(context, open, endingBalanceMinor)
  return open
}

/** What the balance pays or gets is applied to the invoice; what is too little to charge is owed, which is written down apart. */
function takeBalance(context: Context, open: Stripe.Invoice, endingMinor: number): void {
  const owedMinor = open.amount_due === 0 ? Math.max(0, endingMinor - Math.max(0, open.starting_balance)) : 0
  const changes = [
    { amountMinor: endingMinor - open.starting_balance - owedMinor, type: 'applied_to_invoice' },
    { amountMinor: owedMinor, type: 'invoice_too_small' },
  ]
  for (const { amountMinor, type } of changes) {
    if (amountMinor === 0) continue
    const { currency, id: invoice } = open
    changeBalance(context, idOf(open.customer) ?? '', { amountMinor, currency, type, invoice })
  }
}

/** Unix seconds; only an invoice that is sent is due at a day. */
function dueDateOf(context: Context, draft: Stripe.Invoice, now: number): number | null {
  if (draft.collection_method !== 'send_invoice') return null
  if (draft.due_date !== null) return draft.due_date
  const subscriptionId = idOf(draft.parent?.subscription_details?.subscription)
  const days = subscriptionId && context.store.get('subscription', subscriptionId)?.days_until_due
  return typeof days === 'number' ? now + days * 86_400 : null
}

/** Makes the PaymentIntent that is to pay a finalized invoice, and links the two. */
export function requestInvoicePayment(context: Context, invoice: Stripe.Invoice): Stripe.PaymentIntent {
  const intent = buildPaymentIntent(context.ids, {
    amountMinor: invoice.amount_remaining,
    currency: invoice.currency,
    created: context.clock.now(),
    customer: idOf(invoice.customer),
    description:
      invoice.billing_reason === 'subscription_create' ? 'Subscription creation' : 'Payment for Invoice',
    // Only a subscription has a use for the card afterwards.
    setupFutureUsage: invoice.parent?.type === 'subscription_details' ? 'off_session' : null,
  })
  context.store.put('payment_intent', intent)
  linkPayment(context, invoice, intent)
  return intent
}

/** Links a PaymentIntent to the invoice that it pays. */
export function linkPayment(
  context: Context,
  invoice: Stripe.Invoice,
  intent: Stripe.PaymentIntent,
): Stripe.InvoicePayment {
  const payment = buildInvoicePayment(context.ids, {
    invoice,
    paymentIntent: intent.id,
    created: context.clock.now(),
  })
  context.store.put('invoice_payment', payment)
  return payment
}

/** Marks an invoice paid, and its InvoicePayment if money moved. */
export function markPaid(
  context: Context,
  invoice: Stripe.Invoice,
  payment: Stripe.InvoicePayment | null,
): { invoice: Stripe.Invoice; payment: Stripe.InvoicePayment | null } {
  const now = context.clock.now()
  const paid: Stripe.Invoice = {
    ...invoice,
    amount_paid: invoice.amount_due,
    amount_remaining: 0,
    attempt_count: invoice.attempt_count + (payment === null ? 0 : 1),
    attempted: true,
    auto_advance: false,
    next_payment_attempt: null,
    status: 'paid',
    status_transitions: { ...invoice.status_transitions, paid_at: now },
  }
  context.store.put('invoice', paid)
  if (payment === null) return { invoice: paid, payment }
  const paidPayment: Stripe.InvoicePayment = {
    ...payment,
    amount_paid: payment.amount_requested,
    status: 'paid',
    status_transitions: { ...payment.status_transitions, paid_at: now },
  }
  context.store.put('invoice_payment', paidPayment)
  return { invoice: paid, payment: paidPayment }
}

/** Ends an open invoice without payment: nothing can pay it any more. What the customer's balance gave comes back. */
export function markVoid(context: Context, invoice: Stripe.Invoice): Stripe.Invoice {
  const now = context.clock.now()
  const voided: Stripe.Invoice = {
    ...invoice,
    auto_advance: false,
    next_payment_attempt: null,
    status: 'void',
    status_transitions: { ...invoice.status_transitions, voided_at: now },
  }
  context.store.put('invoice', voided)
  const takenMinor = invoice.starting_balance - (invoice.ending_balance ?? invoice.starting_balance)
  if (takenMinor !== 0) {
    changeBalance(context, idOf(invoice.customer) ?? '', {
      amountMinor: takenMinor,
      currency: invoice.currency,
      type: 'unapplied_from_invoice',
      invoice: invoice.id,
    })
  }
  cancelPayments(context, invoice, 'void_invoice')
  return voided
}

/** Ends what was to pay an invoice: its open InvoicePayments and their intents. */
export function cancelPayments(
  context: Context,
  invoice: Stripe.Invoice,
  reason: Stripe.PaymentIntent.CancellationReason,
): void {
  for (const payment of context.store.where('invoice_payment', 'invoice', invoice.id)) {
    if (payment.status !== 'open') continue
    context.store.put('invoice_payment', {
      ...payment,
      status: 'canceled',
      status_transitions: { ...payment.status_transitions, canceled_at: context.clock.now() },
    })
    const intent = context.store.get('payment_intent', idOf(payment.payment.payment_intent) ?? '')
    if (intent && intent.status !== 'canceled') cancelIntent(context, intent, reason)
  }
}

/** Ends a PaymentIntent that has not succeeded; `payment_intent.canceled`. */
export function cancelIntent(
  context: Context,
  intent: Stripe.PaymentIntent,
  reason: Stripe.PaymentIntent.CancellationReason | null,
): Stripe.PaymentIntent {
  supersedeAuthentications(context, 'payment_intent', intent.id)
  cancelDebit(context, intent)
  if (intent.status === 'requires_capture') {
    const hold = holdOf(context, intent)
    if (holdEndsAt(hold) !== null) releaseHold(context, hold, 'canceled')
  }
  const canceled: Stripe.PaymentIntent = {
    ...intent,
    amount_capturable: 0,
    canceled_at: context.clock.now(),
    cancellation_reason: reason,
    next_action: null,
    status: 'canceled',
  }
  context.store.put('payment_intent', canceled)
  context.emit('payment_intent.canceled', canceled)
  return canceled
}

/** The link between an invoice and the PaymentIntent that is to pay it. */
export function paymentOfIntent(context: Context, intentId: string): Stripe.InvoicePayment | undefined {
  const [payment] = context.store.where('invoice_payment', 'payment_intent', intentId)
  return payment
}

/** The PaymentIntent that is to pay an open invoice. */
export function intentOfInvoice(context: Context, invoiceId: string): Stripe.PaymentIntent | undefined {
  for (const payment of context.store.where('invoice_payment', 'invoice', invoiceId)) {
    const id = idOf(payment.payment.payment_intent)
    if (payment.status === 'open' && id !== null) return context.store.get('payment_intent', id)
  }
  return undefined
}

/** The PaymentIntent whose bank debit of an invoice is on its way: what would be paid beside it would be paid twice. */
export function debitOfInvoice(context: Context, invoiceId: string): Stripe.PaymentIntent | undefined {
  const intent = intentOfInvoice(context, invoiceId)
  return intent?.status === 'processing' ? intent : undefined
}

function nextNumber(context: Context, draft: Stripe.Invoice): string {
  const customer = context.store.get('customer', idOf(draft.customer) ?? '')
  if (customer === undefined) throw new Error(`invoice ${draft.id} has no customer`)
  const sequence = customer.next_invoice_sequence ?? 1
  context.store.put('customer', { ...customer, next_invoice_sequence: sequence + 1 })
  return `${customer.invoice_prefix ?? customer.id.slice(-8).toUpperCase()}-${String(sequence).padStart(4, '0')}`
}
