import type Stripe from 'stripe'
import { namedPaymentMethod } from '../billing/attach-payment-method.ts'
import { supersedeAuthentications } from '../billing/attempt-payment.ts'
import { paymentOfIntent } from '../billing/invoice-states.ts'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { existing } from '../wire/existing.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import { allowedTypes } from './allowed-types.ts'
import { checkUsable } from './confirm-payment-intent.ts'
import { checkAmount, currencyOf } from './create-payment-intent.ts'
import { checkNotOwned, unexpectedState } from './payment-intent-errors.ts'

type Parameters = Stripe.PaymentIntentUpdateParams

/** What says how to pay, and so can only be changed before the payment; the rest always. */
const termsOfPayment = [
  'amount',
  'currency',
  'customer',
  'payment_method',
  'capture_method',
  'setup_future_usage',
  'allowed_payment_method_types',
] as const satisfies readonly (keyof Parameters)[]

export const updateParameters = [...termsOfPayment, 'description', 'metadata.*', 'receipt_email'] as const

const changeable = ['requires_payment_method', 'requires_confirmation', 'requires_action']

/**
 * Changes an intent; Stripe has no event for it. Whoever was being asked to authenticate the old terms is not asked any more:
 * the intent waits to be confirmed again.
 */
export function updatePaymentIntent(
  context: Context,
  parameters: Parameters,
  { id = '' }: Record<string, string>,
): Stripe.PaymentIntent {
  const intent = existing(context, 'payment_intent', id)
  checkNotOwned(context, intent, 'update')
  const changed = termsOfPayment.filter((field) => parameters[field] !== undefined)
  for (const field of changed) checkChangeable(context, intent, field)
  const after = withTerms(context, describedAs(intent, parameters), parameters)
  if (changed.length === 0) return stored(context, after)
  supersedeAuthentications(context, 'payment_intent', intent.id)
  const status = after.payment_method === null ? 'requires_payment_method' : 'requires_confirmation'
  return stored(context, { ...after, next_action: null, status })
}

function stored(context: Context, intent: Stripe.PaymentIntent): Stripe.PaymentIntent {
  context.store.put('payment_intent', intent)
  return intent
}

function describedAs(intent: Stripe.PaymentIntent, parameters: Parameters): Stripe.PaymentIntent {
  const { description, receipt_email: email } = parameters
  return {
    ...intent,
    description: description === undefined ? intent.description : description || null,
    metadata: mergedMetadata(intent.metadata, parameters.metadata),
    receipt_email: email === undefined ? intent.receipt_email : email || null,
  }
}

function withTerms(
  context: Context,
  intent: Stripe.PaymentIntent,
  parameters: Parameters,
): Stripe.PaymentIntent {
  const currency = parameters.currency === undefined ? intent.currency : currencyOf(parameters.currency)
  const amount = parameters.amount ?? intent.amount
  if (amount !== intent.amount || currency !== intent.currency) checkAmount(amount, currency)
  const { allowed_payment_method_types: types, setup_future_usage: usage } = parameters
  const customer =
    parameters.customer === undefined
      ? idOf(intent.customer)
      : existing(context, 'customer', parameters.customer, 'customer').id
  const paymentMethod =
    parameters.payment_method === undefined
      ? context.store.get('payment_method', idOf(intent.payment_method) ?? '')
      : namedPaymentMethod(context, parameters.payment_method, 'payment_method')
  if (paymentMethod) checkUsable(paymentMethod, customer)
  const allowed = types === undefined ? intent.allowed_payment_method_types : allowedTypes(types, currency)
  return {
    ...intent,
    allowed_payment_method_types: allowed,
    amount,
    capture_method: parameters.capture_method ?? intent.capture_method,
    currency,
    customer,
    payment_method: paymentMethod?.id ?? null,
    payment_method_types: allowed ?? ['card'],
    setup_future_usage: usage === undefined ? intent.setup_future_usage : usage || null,
  }
}

function checkChangeable(
  context: Context,
  intent: Stripe.PaymentIntent,
  field: (typeof termsOfPayment)[number],
): void {
  if (paymentOfIntent(context, intent.id) && field !== 'payment_method') {
    throw unexpectedState(
      intent,
      `You cannot update the ${field} of this PaymentIntent because it belongs to an invoice.`,
    )
  }
  if (changeable.includes(intent.status)) return
  throw unexpectedState(
    intent,
    `This PaymentIntent's ${field} could not be updated because it has a status of ${intent.status}. You may only update the ${field} of a PaymentIntent with one of the following statuses: ${changeable.join(', ')}.`,
  )
}
