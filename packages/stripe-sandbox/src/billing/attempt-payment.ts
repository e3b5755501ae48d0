import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { buildCharge } from '../objects/charge.ts'
import { sandboxAccount } from './account.ts'
import { recordCharge } from './balance.ts'
import { bankOf, beginDebit } from './bank-debits.ts'
import { declineOf } from './card-checks.ts'
import { type Decline, declines } from './declines.ts'
import { asHold } from './holds.ts'
import { pageUrls } from './page-urls.ts'
import { withPaymentError } from './payment-error.ts'
import type { Authentication, AuthenticationPurpose } from './records.ts'
import { type TestCard, testCardByFingerprint } from './test-cards.ts'

export type PaymentAttempt =
  | { outcome: 'succeeded'; intent: Stripe.PaymentIntent; charge: Stripe.Charge }
  | { outcome: 'declined'; intent: Stripe.PaymentIntent; charge: Stripe.Charge; decline: Decline }
  | { outcome: 'requires_action'; intent: Stripe.PaymentIntent; authenticationId: string }
  /** A card's money is held until it is captured. */
  | { outcome: 'authorized'; intent: Stripe.PaymentIntent; charge: Stripe.Charge }
  /** A bank debit: its money comes, or fails to come, days later. */
  | { outcome: 'processing'; intent: Stripe.PaymentIntent; charge: Stripe.Charge }

/** The money is there, held, or on its way from a bank. */
export function isUnderWay(
  attempt: PaymentAttempt,
): attempt is Extract<PaymentAttempt, { outcome: 'succeeded' | 'authorized' | 'processing' }> {
  return attempt.outcome !== 'declined' && attempt.outcome !== 'requires_action'
}

export interface AttemptOptions {
  /** True when the holder is not there: a card that was set up before then needs no challenge. */
  offSession: boolean
  /** What a needed challenge becomes when the holder is not there: invoices wait for an answer, bare intents decline. */
  ifAbsent: 'challenge' | 'decline'
  /** True when the holder has just answered the challenge. */
  isAuthenticated: boolean
  /** Where the challenge page sends the browser. */
  returnUrl: string
  /** What to carry on with after a passed challenge. */
  purpose: AuthenticationPurpose
}

/**
 * Asks the bank for the money of a PaymentIntent. Stores the intent and the charge; announces nothing, because the order of
 * events differs between Checkout, invoices and bare intents.
 */
export function attemptPayment(
  context: Context,
  intent: Stripe.PaymentIntent,
  paymentMethod: Stripe.PaymentMethod,
  options: AttemptOptions,
): PaymentAttempt {
  supersedeAuthentications(context, 'payment_intent', intent.id)
  if (bankOf(paymentMethod) !== undefined) return beginDebit(context, intent, paymentMethod)
  const card = cardOf(paymentMethod)
  if (!options.isAuthenticated && needsChallenge(context, card, paymentMethod, options.offSession)) {
    if (options.offSession && options.ifAbsent === 'decline')
      return decline(context, intent, paymentMethod, declines.authenticationRequired)
    return challenge(context, intent, paymentMethod, options)
  }
  const refusal = declineOf(card, paymentMethod)
  if (refusal !== null) return decline(context, intent, paymentMethod, refusal)
  const captured = buildCharge(context.ids, {
    intent,
    paymentMethod,
    created: context.clock.now(),
    decline: null,
    authentication: options.isAuthenticated
      ? 'challenge'
      : card.authentication === 'frictionless'
        ? 'frictionless'
        : 'none',
    statementDescriptor: sandboxAccount.statementDescriptor,
    origin: context.origin,
  })
  if (intent.capture_method === 'manual') return hold(context, intent, captured)
  const charge: Stripe.Charge = { ...captured, balance_transaction: recordCharge(context, captured).id }
  context.store.put('charge', charge)
  if (options.isAuthenticated && intent.setup_future_usage === 'off_session') {
    context.store.put('authenticated_card', { id: paymentMethod.id })
  }
  const paid: Stripe.PaymentIntent = {
    ...intent,
    amount_received: intent.amount,
    last_payment_error: null,
    latest_charge: charge.id,
    next_action: null,
    payment_method: paymentMethod.id,
    status: 'succeeded',
  }
  context.store.put('payment_intent', paid)
  return { outcome: 'succeeded', intent: paid, charge }
}

/** The bank holds the money; the merchant may take it later. */
function hold(context: Context, intent: Stripe.PaymentIntent, taken: Stripe.Charge): PaymentAttempt {
  const charge = asHold(context, taken)
  const holding: Stripe.PaymentIntent = {
    ...intent,
    amount_capturable: intent.amount,
    last_payment_error: null,
    latest_charge: charge.id,
    next_action: null,
    payment_method: charge.payment_method,
    status: 'requires_capture',
  }
  context.store.put('charge', charge)
  context.store.put('payment_intent', holding)
  return { outcome: 'authorized', intent: holding, charge }
}

/** The attempt that a holder's failed challenge ends: no money was asked for, so there is no charge. */
export function failAuthentication(
  context: Context,
  intent: Stripe.PaymentIntent,
  paymentMethod: Stripe.PaymentMethod,
): Stripe.PaymentIntent {
  const failed = withPaymentError(intent, paymentMethod, declines.authenticationFailed, undefined)
  context.store.put('payment_intent', failed)
  return failed
}

/** Makes open challenges of an intent worthless: a newer attempt, or its end, replaces them. */
export function supersedeAuthentications(
  context: Context,
  kind: 'payment_intent' | 'setup_intent',
  intentId: string,
): void {
  for (const authentication of context.store.where('authentication', kind, intentId)) {
    if (authentication.state === 'waiting') {
      context.store.put('authentication', { ...authentication, state: 'superseded' })
    }
  }
}

/** The test card behind a payment method. */
export function cardOf(paymentMethod: Stripe.PaymentMethod): TestCard {
  const card = testCardByFingerprint(paymentMethod.card?.fingerprint ?? '')
  if (card === undefined) throw new Error(`payment method ${paymentMethod.id} has no known test card`)
  return card
}

function needsChallenge(
  context: Context,
  card: TestCard,
  paymentMethod: Stripe.PaymentMethod,
  offSession: boolean,
): boolean {
  switch (card.authentication) {
    case 'never':
    case 'frictionless':
      return false
    case 'on_session':
      return !offSession
    case 'unless_set_up':
      return !offSession || context.store.get('authenticated_card', paymentMethod.id) === undefined
    case 'always':
      return true
  }
}

function challenge(
  context: Context,
  intent: Stripe.PaymentIntent,
  paymentMethod: Stripe.PaymentMethod,
  options: AttemptOptions,
): PaymentAttempt {
  const authentication: Authentication = {
    id: context.ids.newId('payatt_'),
    created: context.clock.now(),
    state: 'waiting',
    paymentIntent: intent.id,
    setupIntent: null,
    paymentMethod: paymentMethod.id,
    purpose: options.purpose,
    returnUrl: options.returnUrl,
  }
  context.store.put('authentication', authentication)
  const waiting: Stripe.PaymentIntent = {
    ...intent,
    last_payment_error: null,
    next_action: {
      redirect_to_url: {
        return_url: options.returnUrl,
        url: pageUrls.authentication(context.origin, authentication.id),
      },
      type: 'redirect_to_url',
    },
    payment_method: paymentMethod.id,
    status: 'requires_action',
  }
  context.store.put('payment_intent', waiting)
  return { outcome: 'requires_action', intent: waiting, authenticationId: authentication.id }
}

function decline(
  context: Context,
  intent: Stripe.PaymentIntent,
  paymentMethod: Stripe.PaymentMethod,
  reason: Decline,
): PaymentAttempt {
  const charge = buildCharge(context.ids, {
    intent,
    paymentMethod,
    created: context.clock.now(),
    decline: reason,
    authentication: 'none',
    statementDescriptor: sandboxAccount.statementDescriptor,
    origin: context.origin,
  })
  context.store.put('charge', charge)
  const failed = withPaymentError(intent, paymentMethod, reason, charge.id)
  context.store.put('payment_intent', failed)
  return { outcome: 'declined', intent: failed, charge, decline: reason }
}
