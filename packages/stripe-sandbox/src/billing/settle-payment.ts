import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { attemptPayment, type PaymentAttempt } from './attempt-payment.ts'
import { markPaid, paymentOfIntent } from './invoice-states.ts'
import { giveToCustomer } from './payment-methods.ts'
import { previousAttributes } from './previous-attributes.ts'
import { saveChanges } from './save-changes.ts'

/**
 * Announces what an attempt did to a PaymentIntent, and carries it on to the invoice that the intent pays and to that
 * invoice's subscription. Events in the sequences of Stripe's subscription life cycle: the intent's own first, then the
 * invoice's, the subscription's, and the InvoicePayment's last.
 */
export function settlePayment(context: Context, attempt: PaymentAttempt): void {
  announceAttempt(context, attempt)
  if (attempt.outcome === 'succeeded') keepCard(context, attempt.intent)
  const payment = paymentOfIntent(context, attempt.intent.id)
  const invoice = payment && context.store.get('invoice', idOf(payment.invoice) ?? '')
  if (payment === undefined || invoice === undefined) return
  if (attempt.outcome === 'succeeded') settlePaid(context, invoice, payment, attempt)
  else settleUnpaid(context, invoice, attempt)
}

/** Tries to pay a PaymentIntent and settles the result. A challenge of an invoice's intent waits for its holder. */
export function payIntent(
  context: Context,
  intent: Stripe.PaymentIntent,
  paymentMethod: Stripe.PaymentMethod,
  options: { offSession: boolean; returnUrl: string },
): PaymentAttempt {
  const attempt = attemptPayment(context, intent, paymentMethod, {
    ...options,
    ifAbsent: paymentOfIntent(context, intent.id) ? 'challenge' : 'decline',
    isAuthenticated: false,
    purpose: { kind: 'intent' },
  })
  settlePayment(context, attempt)
  return attempt
}

/** The PaymentIntent's and the charge's own events. */
export function announceAttempt(context: Context, attempt: PaymentAttempt): void {
  switch (attempt.outcome) {
    case 'succeeded':
      context.emit('charge.succeeded', attempt.charge)
      context.emit('payment_intent.succeeded', attempt.intent)
      return
    case 'declined':
      context.emit('charge.failed', attempt.charge)
      context.emit('payment_intent.payment_failed', attempt.intent)
      return
    case 'requires_action':
      context.emit('payment_intent.requires_action', attempt.intent)
  }
}

/** A payment that sets its card up for later gives the card to the customer. */
function keepCard(context: Context, intent: Stripe.PaymentIntent): void {
  const customer = idOf(intent.customer)
  const paymentMethod = context.store.get('payment_method', idOf(intent.payment_method) ?? '')
  if (paymentMethod === undefined || customer === null || intent.setup_future_usage === null) return
  if (paymentMethod.customer === null) giveToCustomer(context, paymentMethod, customer)
}

function settlePaid(
  context: Context,
  open: Stripe.Invoice,
  link: Stripe.InvoicePayment,
  attempt: PaymentAttempt,
): void {
  const { invoice, payment } = markPaid(context, open, link)
  context.emit('invoice.paid', invoice)
  context.emit('invoice.payment_succeeded', invoice)
  context.emit('invoice.updated', invoice, previousAttributes(open, invoice))
  const subscription = subscriptionOf(context, invoice)
  if (subscription) activate(context, subscription, idOf(attempt.intent.payment_method))
  if (payment) context.emit('invoice_payment.paid', payment)
}

/** A paid invoice brings its subscription to life, or back to it. */
function activate(context: Context, subscription: Stripe.Subscription, paymentMethod: string | null): void {
  if (subscription.ended_at !== null) return
  const isWaiting = ['incomplete', 'past_due', 'unpaid'].includes(subscription.status)
  const keepsCard =
    subscription.payment_settings?.save_default_payment_method === 'on_subscription' &&
    subscription.default_payment_method === null
  saveChanges(
    context,
    'subscription',
    subscription,
    {
      ...subscription,
      status: isWaiting ? 'active' : subscription.status,
      default_payment_method: keepsCard ? paymentMethod : subscription.default_payment_method,
    },
    'customer.subscription.updated',
  )
}

function settleUnpaid(context: Context, open: Stripe.Invoice, attempt: PaymentAttempt): void {
  const invoice: Stripe.Invoice = { ...open, attempt_count: open.attempt_count + 1, attempted: true }
  context.store.put('invoice', invoice)
  if (attempt.outcome === 'requires_action') context.emit('invoice.payment_action_required', invoice)
  context.emit('invoice.payment_failed', invoice)
  context.emit('invoice.updated', invoice, previousAttributes(open, invoice))
  const subscription = subscriptionOf(context, invoice)
  if (subscription?.status === 'active') {
    saveChanges(
      context,
      'subscription',
      subscription,
      { ...subscription, status: 'past_due' },
      'customer.subscription.updated',
    )
  }
}

function subscriptionOf(context: Context, invoice: Stripe.Invoice): Stripe.Subscription | undefined {
  const id = idOf(invoice.parent?.subscription_details?.subscription)
  return id === null ? undefined : context.store.get('subscription', id)
}
