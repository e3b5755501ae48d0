import type Stripe from 'stripe'
import { namedPaymentMethod } from '../billing/attach-payment-method.ts'
import { attemptSetup } from '../billing/attempt-setup.ts'
import { cardError } from '../billing/check-card.ts'
import { giveToCustomer } from '../billing/payment-methods.ts'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { StripeApiError } from '../wire/errors.ts'
import { checkUsable } from './confirm-payment-intent.ts'
import { returnUrlOf } from './return-url.ts'
import { checkNotOfCheckout, unexpectedSetupState } from './setup-intent-errors.ts'

/** Saves a card or a bank account now. A decline is a 402 whose `last_setup_error` stays. */
export function confirmSetupIntent(
  context: Context,
  intent: Stripe.SetupIntent,
  parameters: Stripe.SetupIntentConfirmParams,
): Stripe.SetupIntent {
  checkNotOfCheckout(context, intent, 'confirm')
  checkConfirmable(intent)
  const named = parameters.payment_method ?? idOf(intent.payment_method)
  if (named === null) {
    throw unexpectedSetupState(
      intent,
      "You cannot confirm this SetupIntent because it's missing a payment method. You can either update the SetupIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.",
    )
  }
  const paymentMethod = namedPaymentMethod(context, named, 'payment_method')
  checkAllowed(intent, paymentMethod)
  const customer = idOf(intent.customer)
  checkUsable(paymentMethod, customer)
  const attempt = attemptSetup(context, intent, paymentMethod, {
    isAuthenticated: false,
    returnUrl: returnUrlOf(intent, parameters.return_url),
    purpose: { kind: 'intent' },
  })
  switch (attempt.outcome) {
    case 'succeeded':
      context.emit('setup_intent.succeeded', attempt.intent)
      if (customer !== null) giveToCustomer(context, paymentMethod, customer)
      return attempt.intent
    case 'requires_action':
      context.emit('setup_intent.requires_action', attempt.intent)
      return attempt.intent
    case 'declined':
      context.emit('setup_intent.setup_failed', attempt.intent)
      throw cardError(attempt.decline, { payment_method: paymentMethod, setup_intent: attempt.intent })
  }
}

function checkAllowed(intent: Stripe.SetupIntent, { type }: Stripe.PaymentMethod): void {
  if (intent.payment_method_types.includes(type)) return
  throw new StripeApiError(
    `The PaymentMethod provided (${type}) is not allowed for this SetupIntent. Please attach a PaymentMethod of one of the following types: ${intent.payment_method_types.join(', ')}.`,
    { param: 'payment_method' },
  )
}

function checkConfirmable(intent: Stripe.SetupIntent): void {
  if (intent.status === 'succeeded') {
    throw unexpectedSetupState(
      intent,
      'You cannot confirm this SetupIntent because it has already succeeded.',
    )
  }
  if (intent.status === 'canceled') {
    throw unexpectedSetupState(
      intent,
      'You cannot confirm this SetupIntent because it has a status of canceled.',
    )
  }
}
