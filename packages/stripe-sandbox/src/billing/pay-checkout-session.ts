import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { buildPaymentIntent } from '../objects/payment-intent.ts'
import { buildSetupIntent } from '../objects/setup-intent.ts'
import { idOf } from '../store/tables.ts'
import { attemptPayment, isUnderWay } from './attempt-payment.ts'
import { attemptSetup } from './attempt-setup.ts'
import { checkCard } from './check-card.ts'
import { completeCheckout } from './complete-checkout.ts'
import { chooseAmount } from './custom-amount.ts'
import { type Decline, declines, unplayed } from './declines.ts'
import { currentCheckoutSession } from './expire-checkout-session.ts'
import { type BankInput, type CardInput, declined, type PaymentOutcome } from './outcomes.ts'
import { pageUrls } from './page-urls.ts'
import { saveBank, saveCard } from './payment-methods.ts'
import type { CheckoutTerms, Payer } from './records.ts'
import { announceAttempt } from './settle-payment.ts'
import { testBankByNumber } from './test-banks.ts'

export interface CheckoutPayment {
  /** Ignored when the session's customer has an e-mail already. */
  email: string | null
  name: string | null
  /** Null only when nothing is due and the session does not insist on a card (`payment_method_collection: 'if_required'`). */
  card: CardInput | null
  /** A bank account to debit in place of a card, where the session allows it. */
  bank?: BankInput
  /** What the buyer chose to pay, in minor units, where that is his decision. */
  amountMinor?: number | undefined
}

/**
 * The Pay button of hosted Checkout. Runs inside the caller's store transaction; its writes must be kept for every outcome.
 *
 * open → complete happens at most once: every way to completion begins here or at a challenge, and both read the session's
 * state in the transaction that pays. A decline leaves the session open and its PaymentIntent waiting for another card; a new
 * attempt makes an older challenge of the same intent worthless.
 */
export function payCheckoutSession(
  context: Context,
  sessionId: string,
  payment: CheckoutPayment,
): PaymentOutcome {
  const found = currentCheckoutSession(context, sessionId)
  if (found === undefined) return { outcome: 'closed', reason: 'unknown' }
  if (found.status !== 'open') {
    return { outcome: 'closed', reason: found.status === 'complete' ? 'complete' : 'expired' }
  }
  const session = chooseAmount(context, found, payment.amountMinor ?? null)
  const terms = context.store.get('checkout_terms', sessionId)
  if (terms === undefined) return { outcome: 'closed', reason: 'unknown' }
  const email = knownEmail(context, session) ?? payment.email
  if (email === null || !email.includes('@')) return declined(declines.invalidEmail)
  const payer: Payer = { email, name: payment.name }
  if (payment.card === null && payment.bank === undefined) {
    if (collectsCard(session)) return declined(declines.incorrectNumber)
    completeCheckout(context, { session, terms, payer, paymentMethod: null, payment: null, setup: null })
    return { outcome: 'complete' }
  }
  const paymentMethod = typedMethod(context, session, payment, payer)
  if ('code' in paymentMethod) return declined(paymentMethod)
  const attempt: Attempt = { session, terms, payer, paymentMethod }
  return session.mode === 'setup' || session.amount_total === 0
    ? setUp(context, attempt)
    : pay(context, attempt)
}

/** True when this session cannot be completed without a card. */
export function collectsCard(session: Stripe.Checkout.Session): boolean {
  if (session.mode === 'setup' || (session.amount_total ?? 0) > 0) return true
  return session.mode === 'subscription' && session.payment_method_collection !== 'if_required'
}

/** What the buyer typed, as a payment method; or why it can be none. */
function typedMethod(
  context: Context,
  session: Stripe.Checkout.Session,
  { card, bank }: CheckoutPayment,
  payer: Payer,
): Stripe.PaymentMethod | Decline {
  if (bank !== undefined) {
    const account = testBankByNumber(bank.number)
    const isUsable = account?.type === bank.type && waysToPay(session).includes(bank.type)
    if (account === undefined || !isUsable) return declines.incorrectAccount
    return account.notYet === null ? saveBank(context, account, payer) : unplayed(account.notYet)
  }
  if (card === null) return declines.incorrectNumber
  const checked = checkCard(card, context.clock.nowMs())
  return 'code' in checked ? checked : saveCard(context, checked, payer)
}

/** How this session can be paid now, or what it can save. What begins without a payment is paid by a card later. */
export function waysToPay(session: Stripe.Checkout.Session): readonly string[] {
  return session.amount_total || session.mode === 'setup' ? session.payment_method_types : ['card']
}

interface Attempt {
  session: Stripe.Checkout.Session
  terms: CheckoutTerms
  payer: Payer
  paymentMethod: Stripe.PaymentMethod
}

function pay(context: Context, { session, terms, payer, paymentMethod }: Attempt): PaymentOutcome {
  const known =
    terms.paymentIntent === null ? undefined : context.store.get('payment_intent', terms.paymentIntent)
  const intent = known ?? newPaymentIntent(context, session, terms)
  const attempt = attemptPayment(context, intent, paymentMethod, {
    offSession: false,
    ifAbsent: 'challenge',
    isAuthenticated: false,
    returnUrl: pageUrls.checkout(context.origin, session.id),
    purpose: { kind: 'checkout', session: session.id, payer },
  })
  if (isUnderWay(attempt)) {
    const settled = { ...terms, paymentIntent: intent.id }
    context.store.put('checkout_terms', settled)
    completeCheckout(context, {
      session,
      terms: settled,
      payer,
      paymentMethod,
      payment: { intent: attempt.intent, charge: attempt.charge, created: known ? null : intent },
      setup: null,
    })
    return { outcome: 'complete' }
  }
  if (known === undefined) {
    context.store.put('checkout_terms', { ...terms, paymentIntent: intent.id })
    if (session.mode === 'payment')
      context.store.put('checkout.session', { ...session, payment_intent: intent.id })
    context.emit('payment_intent.created', intent)
  }
  announceAttempt(context, attempt)
  return attempt.outcome === 'declined'
    ? declined(attempt.decline)
    : { outcome: 'requires_action', authenticationId: attempt.authenticationId }
}

function newPaymentIntent(
  context: Context,
  session: Stripe.Checkout.Session,
  terms: CheckoutTerms,
): Stripe.PaymentIntent {
  const isSubscription = session.mode === 'subscription'
  return buildPaymentIntent(context.ids, {
    amountMinor: session.amount_total ?? 0,
    currency: session.currency ?? 'usd',
    allowedPaymentMethodTypes: session.allowed_payment_method_types,
    created: context.clock.now(),
    customer: idOf(session.customer),
    description: isSubscription ? 'Subscription creation' : (terms.payment?.description ?? null),
    metadata: terms.payment?.metadata ?? {},
    receiptEmail: terms.payment?.receiptEmail ?? null,
    setupFutureUsage: isSubscription ? 'off_session' : (terms.payment?.setupFutureUsage ?? null),
  })
}

function setUp(context: Context, { session, terms, payer, paymentMethod }: Attempt): PaymentOutcome {
  const known = context.store.get('setup_intent', idOf(session.setup_intent) ?? terms.setupIntent ?? '')
  const intent =
    known ?? buildSetupIntent(context.ids, { created: context.clock.now(), customer: idOf(session.customer) })
  const attempt = attemptSetup(context, intent, paymentMethod, {
    isAuthenticated: false,
    returnUrl: pageUrls.checkout(context.origin, session.id),
    purpose: { kind: 'checkout', session: session.id, payer },
  })
  if (known === undefined) {
    context.store.put('checkout_terms', { ...terms, setupIntent: intent.id })
    context.emit('setup_intent.created', intent)
  }
  if (attempt.outcome === 'succeeded') {
    completeCheckout(context, { session, terms, payer, paymentMethod, payment: null, setup: attempt.intent })
    return { outcome: 'complete' }
  }
  if (attempt.outcome === 'declined') {
    context.emit('setup_intent.setup_failed', attempt.intent)
    return declined(attempt.decline)
  }
  context.emit('setup_intent.requires_action', attempt.intent)
  return { outcome: 'requires_action', authenticationId: attempt.authenticationId }
}

function knownEmail(context: Context, session: Stripe.Checkout.Session): string | null {
  const customer = context.store.get('customer', idOf(session.customer) ?? '')
  return customer?.email ?? session.customer_email
}
