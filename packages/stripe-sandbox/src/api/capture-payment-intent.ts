import type Stripe from 'stripe'
import { captureHold } from '../billing/holds.ts'
import type { Context } from '../context.ts'
import { notSupportedYet } from '../wire/error-catalogue.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import { unexpectedState } from './payment-intent-errors.ts'

/** Takes all or a part of what an intent holds; once, the rest is released. */
export function capturePaymentIntent(
  context: Context,
  parameters: Stripe.PaymentIntentCaptureParams,
  { id = '' }: Record<string, string>,
): Stripe.PaymentIntent {
  const intent = existing(context, 'payment_intent', id)
  if (parameters.final_capture === false) throw notSupportedYet('Capturing several times', 'final_capture')
  if (intent.status !== 'requires_capture') throw notCapturable(intent)
  const amountMinor = parameters.amount_to_capture ?? intent.amount_capturable
  if (amountMinor < 1) {
    throw new StripeApiError('This value must be greater than or equal to 1.', {
      code: 'parameter_invalid_integer',
      param: 'amount_to_capture',
    })
  }
  if (amountMinor > intent.amount_capturable) {
    throw new StripeApiError(
      `The requested capture amount is greater than the amount you can capture for this PaymentIntent (${intent.amount_capturable}).`,
      { code: 'amount_too_large', param: 'amount_to_capture' },
    )
  }
  const metadata = mergedMetadata(intent.metadata, parameters.metadata)
  return captureHold(context, { ...intent, metadata }, amountMinor)
}

function notCapturable(intent: Stripe.PaymentIntent): StripeApiError {
  return unexpectedState(
    intent,
    intent.status === 'succeeded'
      ? 'This PaymentIntent could not be captured because it has already been captured.'
      : `This PaymentIntent could not be captured because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be captured: requires_capture.`,
  )
}
