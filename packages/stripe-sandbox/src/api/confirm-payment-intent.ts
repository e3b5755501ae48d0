import type Stripe from 'stripe'
import { namedPaymentMethod } from '../billing/attach-payment-method.ts'
import { cardError } from '../billing/check-card.ts'
import { paymentOfIntent } from '../billing/invoice-states.ts'
import { pageUrls } from '../billing/page-urls.ts'
import { payIntent } from '../billing/settle-payment.ts'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'
import { checkNotOwned, unexpectedState } from './payment-intent-errors.ts'
import { returnUrlOf } from './return-url.ts'

/** Pays an intent now. A decline is a 402 whose failed charge and `last_payment_error` stay. */
export function confirmPaymentIntent(
  context: Context,
  intent: Stripe.PaymentIntent,
  parameters: Stripe.PaymentIntentConfirmParams,
): Stripe.PaymentIntent {
  checkNotOwned(context, intent, 'confirm')
  checkConfirmable(intent)
  const named = parameters.payment_method ?? idOf(intent.payment_method)
  if (named === null) {
    throw unexpectedState(
      intent,
      "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.",
    )
  }
  const paymentMethod = namedPaymentMethod(context, named, 'payment_method')
  checkUsable(paymentMethod, idOf(intent.customer))
  if (!paymentOfIntent(context, intent.id)) checkAllowed(intent, paymentMethod)
  const offSession = parameters.off_session !== undefined && parameters.off_session !== false
  // An invoice's intent is set up by its first payment and then paid without its holder.
  if (offSession && intent.setup_future_usage !== null && !paymentOfIntent(context, intent.id)) {
    throw new StripeApiError(
      'You cannot confirm with the `off_session` parameter when `setup_future_usage` is also set on the PaymentIntent because you cannot set up future usages when processing payments off-session.',
      { param: 'off_session' },
    )
  }
  const attempt = payIntent(context, intent, paymentMethod, {
    offSession,
    returnUrl: returnUrlOf(intent, parameters.return_url ?? invoicePage(context, intent)),
  })
  if (attempt.outcome !== 'declined') return existing(context, 'payment_intent', intent.id)
  throw cardError(attempt.decline, {
    charge: attempt.charge.id,
    payment_intent: attempt.intent,
    payment_method: paymentMethod,
  })
}

/** Whether a payment method may pay for this customer. @throws StripeApiError when it is somebody else's. */
export function checkUsable(paymentMethod: Stripe.PaymentMethod, customer: string | null): void {
  const owner = idOf(paymentMethod.customer)
  if (owner === null || owner === customer) return
  throw new StripeApiError(
    customer === null
      ? 'The PaymentMethod you provided is attached to a customer. Please provide that customer as well.'
      : `The PaymentMethod ${paymentMethod.id} does not belong to the Customer ${customer}.`,
    { param: 'payment_method' },
  )
}

function checkAllowed(intent: Stripe.PaymentIntent, { type }: Stripe.PaymentMethod): void {
  if (intent.payment_method_types.includes(type)) return
  throw new StripeApiError(
    `The PaymentMethod provided (${type}) is not allowed for this PaymentIntent. Please attach a PaymentMethod of one of the following types: ${intent.payment_method_types.join(', ')}. Alternatively update the allowed payment_method_types for this PaymentIntent to include "${type}".`,
    { code: 'payment_intent_incompatible_payment_method', param: 'payment_method' },
  )
}

function checkConfirmable(intent: Stripe.PaymentIntent): void {
  if (intent.status === 'succeeded') {
    throw unexpectedState(
      intent,
      'You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.',
    )
  }
  if (intent.status === 'processing' || intent.status === 'requires_capture') {
    throw unexpectedState(
      intent,
      `You cannot confirm this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be confirmed: requires_confirmation, requires_action.`,
    )
  }
  if (intent.status === 'canceled') {
    throw unexpectedState(
      intent,
      'You cannot confirm this PaymentIntent because it has a status of canceled. Only a PaymentIntent with one of the following statuses may be confirmed: requires_confirmation, requires_action.',
    )
  }
}

/** An invoice's intent sends the browser to the invoice's page unless told otherwise. */
function invoicePage(context: Context, intent: Stripe.PaymentIntent): string | undefined {
  const invoice = idOf(paymentOfIntent(context, intent.id)?.invoice)
  return invoice === null ? undefined : pageUrls.invoice(context.origin, invoice)
}
