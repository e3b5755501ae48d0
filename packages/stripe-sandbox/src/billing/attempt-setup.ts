import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { cardOf, supersedeAuthentications } from './attempt-payment.ts'
import { bankOf } from './bank-debits.ts'
import { declineOf } from './card-checks.ts'
import type { Decline } from './declines.ts'
import { standingMandate } from './mandates.ts'
import { pageUrls } from './page-urls.ts'
import type { Authentication, AuthenticationPurpose } from './records.ts'

export type SetupAttempt =
  | { outcome: 'succeeded'; intent: Stripe.SetupIntent }
  | { outcome: 'declined'; intent: Stripe.SetupIntent; decline: Decline }
  | { outcome: 'requires_action'; intent: Stripe.SetupIntent; authenticationId: string }

/**
 * Asks the bank whether a card may be kept for later payments; a bank account, which counts as verified, only needs its holder's
 * mandate. Stores the intent; announces nothing.
 */
export function attemptSetup(
  context: Context,
  intent: Stripe.SetupIntent,
  paymentMethod: Stripe.PaymentMethod,
  options: { isAuthenticated: boolean; returnUrl: string; purpose: AuthenticationPurpose },
): SetupAttempt {
  supersedeAuthentications(context, 'setup_intent', intent.id)
  if (bankOf(paymentMethod) !== undefined) {
    return succeed(context, intent, paymentMethod, standingMandate(context, paymentMethod).id)
  }
  const card = cardOf(paymentMethod)
  const refusal = declineOf(card, paymentMethod)
  if (!card.canBeSaved && refusal !== null) return failSetup(context, intent, paymentMethod, refusal)
  const needsChallenge = card.authentication === 'always' || card.authentication === 'unless_set_up'
  if (needsChallenge && !options.isAuthenticated) {
    const authentication: Authentication = {
      id: context.ids.newId('setatt_'),
      created: context.clock.now(),
      state: 'waiting',
      paymentIntent: null,
      setupIntent: intent.id,
      paymentMethod: paymentMethod.id,
      purpose: options.purpose,
      returnUrl: options.returnUrl,
    }
    context.store.put('authentication', authentication)
    const waiting: Stripe.SetupIntent = {
      ...intent,
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
    context.store.put('setup_intent', waiting)
    return { outcome: 'requires_action', intent: waiting, authenticationId: authentication.id }
  }
  if (options.isAuthenticated) context.store.put('authenticated_card', { id: paymentMethod.id })
  return succeed(context, intent, paymentMethod, null)
}

function succeed(
  context: Context,
  intent: Stripe.SetupIntent,
  paymentMethod: Stripe.PaymentMethod,
  mandate: string | null,
): SetupAttempt {
  const done: Stripe.SetupIntent = {
    ...intent,
    last_setup_error: null,
    mandate,
    next_action: null,
    payment_method: paymentMethod.id,
    status: 'succeeded',
  }
  context.store.put('setup_intent', done)
  return { outcome: 'succeeded', intent: done }
}

/** The attempt that a bank's no, or a holder's failed challenge, ends. */
export function failSetup(
  context: Context,
  intent: Stripe.SetupIntent,
  paymentMethod: Stripe.PaymentMethod,
  reason: Decline,
): SetupAttempt {
  const failed: Stripe.SetupIntent = {
    ...intent,
    last_setup_error: {
      code: reason.code,
      ...(reason.declineCode === null ? {} : { decline_code: reason.declineCode }),
      doc_url: `https://stripe.com/docs/error-codes/${reason.code.replaceAll('_', '-')}`,
      message: reason.message,
      payment_method: paymentMethod,
      type: 'card_error',
    },
    next_action: null,
    payment_method: null,
    status: 'requires_payment_method',
  }
  context.store.put('setup_intent', failed)
  return { outcome: 'declined', intent: failed, decline: reason }
}
