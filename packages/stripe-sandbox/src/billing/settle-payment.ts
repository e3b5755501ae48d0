import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { announceCharge } from './announce-charge.ts'
import { attemptPayment, isUnderWay, type PaymentAttempt } from './attempt-payment.ts'
import { isCounting, isOverdue, subscriptionOf } from './counting-invoice.ts'
import { endReplaced } from './discounts.ts'
import { giveUp, nextAttemptAt } from './dunning.ts'
import { markPaid, paymentOfIntent } from './invoice-states.ts'
import { makeActive } from './make-active.ts'
import { makePastDue } from './make-past-due.ts'
import { giveToCustomer } from './payment-methods.ts'
import { holdsChange, withPendingUpdate } from './pending-update.ts'
import { previousAttributes } from './previous-attributes.ts'
import type { AuthenticationPurpose } from './records.ts'
import { endPause, resumptionBy, withoutPause } from './resumption.ts'
import { saveChanges } from './save-changes.ts'

/**
 * Announces what an attempt did to a PaymentIntent, and carries it on to the invoice that the intent pays and to that
 * invoice's subscription. Events in the sequences of Stripe's subscription life cycle: the intent's own first, then the
 * invoice's, the subscription's, and the InvoicePayment's last.
 */
export function settlePayment(context: Context, attempt: PaymentAttempt, { isScheduled = false } = {}): void {
  announceAttempt(context, attempt)
  if (isUnderWay(attempt)) keepCard(context, attempt.intent)
  const payment = paymentOfIntent(context, attempt.intent.id)
  const invoice = payment && context.store.get('invoice', idOf(payment.invoice) ?? '')
  if (payment === undefined || invoice === undefined) return
  if (attempt.outcome === 'succeeded') settlePaid(context, invoice, payment, attempt)
  else if (attempt.outcome === 'processing') waitForDebit(context, invoice)
  else settleUnpaid(context, invoice, { isScheduled, needsAction: attempt.outcome === 'requires_action' })
}

/** Tries to pay a PaymentIntent and settles the result. A challenge of an invoice's intent waits for its holder. */
export function payIntent(
  context: Context,
  intent: Stripe.PaymentIntent,
  paymentMethod: Stripe.PaymentMethod,
  options: { offSession: boolean; returnUrl: string; isScheduled?: boolean; purpose?: AuthenticationPurpose },
): PaymentAttempt {
  const { offSession, returnUrl, isScheduled, purpose = { kind: 'intent' } } = options
  const attempt = attemptPayment(context, intent, paymentMethod, {
    offSession,
    returnUrl,
    ifAbsent: paymentOfIntent(context, intent.id) ? 'challenge' : 'decline',
    isAuthenticated: false,
    purpose,
  })
  settlePayment(context, attempt, { isScheduled: isScheduled ?? false })
  return attempt
}

/** The PaymentIntent's and the charge's own events. */
export function announceAttempt(context: Context, attempt: PaymentAttempt): void {
  switch (attempt.outcome) {
    case 'succeeded':
      announceCharge(context, attempt.charge)
      context.emit('payment_intent.succeeded', attempt.intent)
      return
    case 'declined':
      context.emit('charge.failed', attempt.charge)
      context.emit('payment_intent.payment_failed', attempt.intent)
      return
    case 'requires_action':
      context.emit('payment_intent.requires_action', attempt.intent)
      return
    case 'authorized':
      announceCharge(context, attempt.charge)
      context.emit('payment_intent.amount_capturable_updated', attempt.intent)
      return
    case 'processing':
      context.emit('charge.pending', attempt.charge)
      context.emit('payment_intent.processing', attempt.intent)
  }
}

/** A payment that sets its card up for later gives the card to the customer. */
function keepCard(context: Context, intent: Stripe.PaymentIntent): void {
  const customer = idOf(intent.customer)
  const paymentMethod = context.store.get('payment_method', idOf(intent.payment_method) ?? '')
  if (paymentMethod === undefined || customer === null || intent.setup_future_usage === null) return
  if (paymentMethod.customer === null) giveToCustomer(context, paymentMethod, customer)
}

/** An invoice of which nothing was due is paid. */
export function settleWithoutMoney(context: Context, open: Stripe.Invoice, paid: Stripe.Invoice): void {
  context.emit('invoice.paid', paid)
  context.emit('invoice.payment_succeeded', paid)
  context.emit('invoice.updated', paid, previousAttributes(open, paid))
  const subscription = subscriptionOf(context, paid)
  if (subscription) activate(context, subscription, paid, null)
}

/** An invoice that became paid without an attempt: `invoice.paid` alone tells of it. */
export function settleWithoutCharge(context: Context, open: Stripe.Invoice, paid: Stripe.Invoice): void {
  context.emit('invoice.paid', paid)
  context.emit('invoice.updated', paid, previousAttributes(open, paid))
  const subscription = subscriptionOf(context, paid)
  if (subscription) activate(context, subscription, paid, null)
}

/** An attempt that failed because there was nothing to charge. */
export function settleWithoutPayment(
  context: Context,
  invoice: Stripe.Invoice,
  { isScheduled }: { isScheduled: boolean },
): void {
  settleUnpaid(context, invoice, { isScheduled, needsAction: false })
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
  if (subscription) activate(context, subscription, invoice, idOf(attempt.intent.payment_method))
  if (payment) context.emit('invoice_payment.paid', payment)
}

/** While a debit is on its way its invoice is not tried again, and a new subscription begins on trust. */
function waitForDebit(context: Context, open: Stripe.Invoice): void {
  const waiting: Stripe.Invoice = { ...open, attempted: true, next_payment_attempt: null }
  saveChanges(context, 'invoice', open, waiting, 'invoice.updated')
  const subscription = subscriptionOf(context, open)
  if (subscription?.status !== 'incomplete') return
  makeActive(context, subscription)
}

/** A paid invoice brings its subscription to life, or back to it, if it is the one that counts. */
export function activate(
  context: Context,
  subscription: Stripe.Subscription,
  invoice: Stripe.Invoice,
  paymentMethod: string | null,
): void {
  if (subscription.ended_at !== null) return
  const isWaiting =
    ['incomplete', 'past_due', 'unpaid'].includes(subscription.status) &&
    isCounting(context.store, subscription, invoice)
  const keepsCard =
    paymentMethod !== null &&
    subscription.payment_settings?.save_default_payment_method === 'on_subscription' &&
    subscription.default_payment_method === null
  const updated = holdsChange(subscription, invoice) ? withPendingUpdate(context, subscription) : subscription
  const isResumed = resumptionBy(context.store, subscription, invoice) !== null
  const paid = isResumed ? withoutPause(updated) : updated
  const after = saveChanges(
    context,
    'subscription',
    subscription,
    {
      ...paid,
      status: isWaiting ? 'active' : paid.status,
      default_payment_method: keepsCard ? paymentMethod : paid.default_payment_method,
    },
    'customer.subscription.updated',
  )
  if (subscription.pending_update !== null && after.pending_update === null) {
    endReplaced(context, subscription.discounts, after.discounts)
    context.emit('customer.subscription.pending_update_applied', after)
  }
  if (isResumed) {
    context.store.delete('awaited_resumption', subscription.id)
    context.emit('customer.subscription.resumed', after)
  }
}

function settleUnpaid(
  context: Context,
  open: Stripe.Invoice,
  { isScheduled, needsAction }: { isScheduled: boolean; needsAction: boolean },
): void {
  const attemptCount = open.attempt_count + 1
  const subscription = subscriptionOf(context, open)
  // The first invoice is not tried again: its subscription expires after 23 hours.
  const isHeldBack = subscription !== undefined && holdsChange(subscription, open)
  const isDunned = isScheduled && open.auto_advance && !isHeldBack && subscription?.status !== 'incomplete'
  const nextAt = isDunned ? nextAttemptAt(context, attemptCount) : open.next_payment_attempt
  const invoice: Stripe.Invoice = {
    ...open,
    attempt_count: attemptCount,
    attempted: true,
    auto_advance: isDunned ? nextAt !== null : (open.auto_advance ?? false),
    next_payment_attempt: nextAt,
  }
  context.store.put('invoice', invoice)
  if (needsAction) context.emit('invoice.payment_action_required', invoice)
  context.emit('invoice.payment_failed', invoice)
  context.emit('invoice.updated', invoice, previousAttributes(open, invoice))
  // What a change that waits for its payment costs makes nobody past due.
  if (subscription === undefined || subscription.ended_at !== null || isHeldBack) return
  if (resumptionBy(context.store, subscription, open) === 'payment_attempt') {
    endPause(context, subscription, withoutPause(subscription, 'past_due'))
    return
  }
  const isHealthy = subscription.status === 'active' || subscription.status === 'trialing'
  const becomesOverdue =
    isHealthy && isOverdue(context, invoice) && isCounting(context.store, subscription, invoice)
  const after = becomesOverdue ? makePastDue(context, subscription) : subscription
  // An older invoice ends a subscription too, where the newer one failed as well: who is billed more often than the retries take
  // would otherwise never come to an end.
  if (isDunned && nextAt === null && after.status === 'past_due') giveUp(context, after)
}
