import type Stripe from 'stripe'
import { cancelIntent } from '../billing/invoice-states.ts'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { defineRoute } from '../wire/define-route.ts'
import { existing } from '../wire/existing.ts'
import { inRange, page } from '../wire/pagination.ts'
import type { Route } from '../wire/route.ts'
import { capturePaymentIntent } from './capture-payment-intent.ts'
import { checkNamed } from './check-named.ts'
import { confirmPaymentIntent } from './confirm-payment-intent.ts'
import { createPaymentIntent } from './create-payment-intent.ts'
import { checkNotOwned, unexpectedState } from './payment-intent-errors.ts'
import { updateParameters, updatePaymentIntent } from './update-payment-intent.ts'

export const paymentIntentRoutes: readonly Route[] = [
  defineRoute<Stripe.PaymentIntentCreateParams>({
    method: 'POST',
    path: '/v1/payment_intents',
    supports: [
      'amount',
      'currency',
      'customer',
      'description',
      'metadata.*',
      'receipt_email',
      'setup_future_usage',
      'payment_method',
      'allowed_payment_method_types',
      'mandate_data.*',
      'capture_method',
      'automatic_payment_methods.enabled',
      'automatic_payment_methods.allow_redirects',
      'confirm',
      'off_session',
      'return_url',
    ],
    handle: createPaymentIntent,
  }),
  defineRoute<Stripe.PaymentIntentListParams>({
    method: 'GET',
    path: '/v1/payment_intents',
    supports: ['customer', 'created', 'created.*'],
    handle: (context, parameters) => {
      const { customer, created } = parameters
      checkNamed(context, { customer })
      return page(context, 'payment_intent', {
        url: '/v1/payment_intents',
        parameters,
        ...(customer === undefined
          ? {}
          : { among: context.store.where('payment_intent', 'customer', customer) }),
        filter: (intent) => inRange(intent.created, created),
      })
    },
  }),
  defineRoute<Stripe.PaymentIntentRetrieveParams>({
    method: 'GET',
    path: '/v1/payment_intents/:id',
    supports: [],
    handle: (context, _, { id = '' }) => existing(context, 'payment_intent', id),
  }),
  defineRoute<Stripe.PaymentIntentUpdateParams>({
    method: 'POST',
    path: '/v1/payment_intents/:id',
    supports: updateParameters,
    handle: updatePaymentIntent,
  }),
  defineRoute<Stripe.PaymentIntentCaptureParams>({
    method: 'POST',
    path: '/v1/payment_intents/:id/capture',
    supports: ['amount_to_capture', 'final_capture', 'metadata.*'],
    handle: capturePaymentIntent,
  }),
  defineRoute<Stripe.PaymentIntentConfirmParams>({
    method: 'POST',
    path: '/v1/payment_intents/:id/confirm',
    supports: ['payment_method', 'off_session', 'return_url', 'mandate_data.*'],
    handle: (context, parameters, { id = '' }) =>
      confirmPaymentIntent(context, existing(context, 'payment_intent', id), parameters),
  }),
  defineRoute<Stripe.PaymentIntentCancelParams>({
    method: 'POST',
    path: '/v1/payment_intents/:id/cancel',
    supports: ['cancellation_reason'],
    handle: cancel,
  }),
]

function cancel(
  context: Context,
  parameters: Stripe.PaymentIntentCancelParams,
  { id = '' }: Record<string, string>,
): Stripe.PaymentIntent {
  const intent = existing(context, 'payment_intent', id)
  checkNotOwned(context, intent, 'cancel')
  if (intent.status === 'succeeded' || intent.status === 'canceled') {
    throw unexpectedState(
      intent,
      `You cannot cancel this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be canceled: requires_payment_method, requires_capture, requires_confirmation, requires_action, processing.`,
    )
  }
  return cancelIntent(
    context,
    { ...intent, customer: idOf(intent.customer) },
    parameters.cancellation_reason ?? null,
  )
}
