import type Stripe from 'stripe'
import { namedPaymentMethod } from '../billing/attach-payment-method.ts'
import { supersedeAuthentications } from '../billing/attempt-payment.ts'
import type { Context } from '../context.ts'
import { buildSetupIntent } from '../objects/setup-intent.ts'
import { idOf } from '../store/tables.ts'
import { parameterInvalid } from '../wire/error-catalogue.ts'
import { existing } from '../wire/existing.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import { allowedTypes } from './allowed-types.ts'
import { checkUsable } from './confirm-payment-intent.ts'
import { confirmSetupIntent } from './confirm-setup-intent.ts'
import { checkNotOfCheckout, unexpectedSetupState } from './setup-intent-errors.ts'

/** An intent to save a card or a bank account for later; `setup_intent.created`. */
export function createSetupIntent(
  context: Context,
  parameters: Stripe.SetupIntentCreateParams,
): Stripe.SetupIntent {
  const { confirm = false, return_url: returnUrl } = parameters
  if (returnUrl !== undefined && !confirm) {
    throw parameterInvalid(
      'return_url',
      'The parameter `return_url` can only be used when `confirm` is true.',
    )
  }
  const customer = customerOf(context, parameters.customer) ?? null
  const intent = buildSetupIntent(context.ids, {
    created: context.clock.now(),
    customer,
    description: parameters.description ?? null,
    metadata: mergedMetadata({}, parameters.metadata),
    allowedPaymentMethodTypes: allowedTypes(parameters.allowed_payment_method_types, null),
    paymentMethod: usableMethod(context, parameters.payment_method, customer) ?? null,
    usage: parameters.usage ?? 'off_session',
    automaticPaymentMethods: {
      allow_redirects: parameters.automatic_payment_methods?.allow_redirects ?? 'always',
      enabled: parameters.automatic_payment_methods?.enabled ?? true,
    },
  })
  context.store.put('setup_intent', intent)
  context.emit('setup_intent.created', intent)
  if (!confirm) return intent
  return confirmSetupIntent(context, intent, returnUrl === undefined ? {} : { return_url: returnUrl })
}

/** Changes an intent that has not ended; Stripe has no event for it. */
export function updateSetupIntent(
  context: Context,
  parameters: Stripe.SetupIntentUpdateParams,
  { id = '' }: Record<string, string>,
): Stripe.SetupIntent {
  const intent = existing(context, 'setup_intent', id)
  checkNotOfCheckout(context, intent, 'update')
  const { customer, description, payment_method: method } = parameters
  const changesTerms = customer !== undefined || method !== undefined
  if (changesTerms && (intent.status === 'succeeded' || intent.status === 'canceled')) {
    throw unexpectedSetupState(
      intent,
      `You cannot update this SetupIntent because it has a status of ${intent.status}.`,
    )
  }
  const owner = customerOf(context, customer) ?? idOf(intent.customer)
  const paymentMethod = usableMethod(context, method, owner) ?? idOf(intent.payment_method)
  const changed: Stripe.SetupIntent = {
    ...intent,
    customer: owner,
    description: description === undefined ? intent.description : description || null,
    metadata: mergedMetadata(intent.metadata ?? {}, parameters.metadata),
    payment_method: paymentMethod,
  }
  if (!changesTerms) return stored(context, changed)
  supersedeAuthentications(context, 'setup_intent', intent.id)
  const status = paymentMethod === null ? 'requires_payment_method' : 'requires_confirmation'
  return stored(context, { ...changed, next_action: null, status })
}

function stored(context: Context, intent: Stripe.SetupIntent): Stripe.SetupIntent {
  context.store.put('setup_intent', intent)
  return intent
}

function customerOf(context: Context, id: string | undefined): string | undefined {
  return id === undefined ? undefined : existing(context, 'customer', id, 'customer').id
}

function usableMethod(context: Context, id: string | undefined, customer: string | null): string | undefined {
  if (id === undefined) return undefined
  const paymentMethod = namedPaymentMethod(context, id, 'payment_method')
  checkUsable(paymentMethod, customer)
  return paymentMethod.id
}
