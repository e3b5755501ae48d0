import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { attemptPayment, failAuthentication } from './attempt-payment.ts'
import { attemptSetup, failSetup } from './attempt-setup.ts'
import { completeCheckout } from './complete-checkout.ts'
import { declines } from './declines.ts'
import { currentCheckoutSession } from './expire-checkout-session.ts'
import { declined, type PaymentOutcome } from './outcomes.ts'
import { giveToCustomer } from './payment-methods.ts'
import { dropPendingUpdate } from './pending-update.ts'
import { useCardFromNowOn } from './portal-cards.ts'
import { noteDone } from './portal-flow.ts'
import type { Authentication } from './records.ts'
import { announceAttempt, settlePayment } from './settle-payment.ts'

/** What the challenge page shows. */
export interface Challenge {
  id: string
  state: Authentication['state']
  /** Null when only a card is being saved. */
  amountMinor: number | null
  currency: string | null
  brand: string
  last4: string
  /** Where to send the browser after the answer. */
  returnUrl: string
}

export function readChallenge(context: Context, authenticationId: string): Challenge | undefined {
  const authentication = context.store.get('authentication', authenticationId)
  if (authentication === undefined) return undefined
  const payment = context.store.get('payment_intent', authentication.paymentIntent ?? '')
  const setup = context.store.get('setup_intent', authentication.setupIntent ?? '')
  const card = context.store.get('payment_method', authentication.paymentMethod)?.card
  return {
    id: authentication.id,
    state: authentication.state,
    amountMinor: payment?.amount ?? null,
    currency: payment?.currency ?? null,
    brand: card?.brand ?? 'card',
    last4: card?.last4 ?? '',
    returnUrl: withResult(authentication, payment ?? setup),
  }
}

/**
 * The holder's answer to a challenge. A challenge is answered once; later answers, and answers after the session ended or
 * another attempt began, change nothing and say 'closed'.
 */
export function confirmAuthentication(
  context: Context,
  authenticationId: string,
  answer: 'succeed' | 'fail',
): PaymentOutcome {
  const authentication = context.store.get('authentication', authenticationId)
  if (authentication === undefined) return { outcome: 'closed', reason: 'unknown' }
  const { purpose } = authentication
  // Expires a session whose time is over, and with it this challenge.
  if (purpose.kind === 'checkout') currentCheckoutSession(context, purpose.session)
  const { state } = context.store.get('authentication', authenticationId) ?? authentication
  if (state !== 'waiting')
    return { outcome: 'closed', reason: state === 'succeeded' ? 'complete' : 'expired' }
  context.store.put('authentication', {
    ...authentication,
    state: answer === 'succeed' ? 'succeeded' : 'failed',
  })
  const paymentMethod = context.store.get('payment_method', authentication.paymentMethod)
  if (paymentMethod === undefined) throw new Error(`challenge ${authenticationId} has no card`)
  return authentication.paymentIntent === null
    ? answerSetup(context, authentication, paymentMethod, answer)
    : answerPayment(context, authentication, paymentMethod, answer)
}

function answerPayment(
  context: Context,
  authentication: Authentication,
  paymentMethod: Stripe.PaymentMethod,
  answer: 'succeed' | 'fail',
): PaymentOutcome {
  const intent = context.store.get('payment_intent', authentication.paymentIntent ?? '')
  if (intent === undefined) throw new Error(`challenge ${authentication.id} has no payment intent`)
  if (answer === 'fail') {
    context.emit('payment_intent.payment_failed', failAuthentication(context, intent, paymentMethod))
    dropChange(context, authentication)
    return declined(declines.authenticationFailed)
  }
  const { purpose, returnUrl } = authentication
  const attempt = attemptPayment(context, intent, paymentMethod, {
    offSession: false,
    ifAbsent: 'challenge',
    isAuthenticated: true,
    returnUrl,
    purpose,
  })
  if (purpose.kind !== 'checkout') settlePayment(context, attempt)
  else if (attempt.outcome !== 'succeeded') announceAttempt(context, attempt)
  else {
    const { session, terms } = openCheckout(context, purpose.session)
    const payment = { intent: attempt.intent, charge: attempt.charge, created: null }
    completeCheckout(context, { session, terms, payer: purpose.payer, paymentMethod, payment, setup: null })
  }
  if (attempt.outcome !== 'declined') {
    if (purpose.kind === 'portal_change') noteDone(context, purpose.session, 'updated')
    return { outcome: 'complete' }
  }
  dropChange(context, authentication)
  return declined(attempt.decline)
}

/** What was not paid at the portal does not happen. */
function dropChange(context: Context, { purpose }: Authentication): void {
  if (purpose.kind !== 'portal_change') return
  const subscription = context.store.get('subscription', purpose.subscription)
  if (subscription !== undefined) dropPendingUpdate(context, subscription)
}

function answerSetup(
  context: Context,
  authentication: Authentication,
  paymentMethod: Stripe.PaymentMethod,
  answer: 'succeed' | 'fail',
): PaymentOutcome {
  const intent = context.store.get('setup_intent', authentication.setupIntent ?? '')
  if (intent === undefined) throw new Error(`challenge ${authentication.id} has no setup intent`)
  if (answer === 'fail') {
    const failed = failSetup(context, intent, paymentMethod, declines.setupAuthenticationFailed)
    context.emit('setup_intent.setup_failed', failed.intent)
    return declined(declines.setupAuthenticationFailed)
  }
  const { purpose, returnUrl } = authentication
  const attempt = attemptSetup(context, intent, paymentMethod, { isAuthenticated: true, returnUrl, purpose })
  if (purpose.kind === 'checkout') {
    const { session, terms } = openCheckout(context, purpose.session)
    const { payer } = purpose
    completeCheckout(context, { session, terms, payer, paymentMethod, payment: null, setup: attempt.intent })
  } else {
    context.emit('setup_intent.succeeded', attempt.intent)
    const customer = idOf(intent.customer)
    if (customer !== null) {
      if (purpose.kind === 'portal') {
        useCardFromNowOn(context, customer, paymentMethod)
        noteDone(context, purpose.session, 'card')
      } else giveToCustomer(context, paymentMethod, customer)
    }
  }
  return { outcome: 'complete' }
}

function openCheckout(context: Context, sessionId: string) {
  const session = context.store.get('checkout.session', sessionId)
  const terms = context.store.get('checkout_terms', sessionId)
  if (session?.status !== 'open' || terms === undefined) {
    // Cannot be: ending a session supersedes its challenges in the same transaction.
    throw new Error(`a challenge of Checkout session ${sessionId} outlived it`)
  }
  return { session, terms }
}

/** A bare intent's own page learns the result from the parameters that Stripe adds to its `return_url`. */
function withResult(
  authentication: Authentication,
  intent: Stripe.PaymentIntent | Stripe.SetupIntent | undefined,
): string {
  if (authentication.purpose.kind !== 'intent' || intent === undefined || authentication.returnUrl === '') {
    return authentication.returnUrl
  }
  const url = new URL(authentication.returnUrl)
  url.searchParams.set(intent.object, intent.id)
  url.searchParams.set(`${intent.object}_client_secret`, intent.client_secret ?? '')
  url.searchParams.set('redirect_status', intent.status === 'succeeded' ? 'succeeded' : 'failed')
  return url.href
}
