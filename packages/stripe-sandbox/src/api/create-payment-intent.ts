import type Stripe from 'stripe'
import { namedPaymentMethod } from '../billing/attach-payment-method.ts'
import { chargeStepMinor, formatAmount, leastChargeMinor, mostChargeMinor } from '../billing/currency.ts'
import type { Context } from '../context.ts'
import { buildPaymentIntent } from '../objects/payment-intent.ts'
import { parameterInvalid } from '../wire/error-catalogue.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import { allowedTypes } from './allowed-types.ts'
import { checkUsable, confirmPaymentIntent } from './confirm-payment-intent.ts'

const currencies = new Set(Intl.supportedValuesOf('currency').map((code) => code.toLowerCase()))

export function createPaymentIntent(
  context: Context,
  parameters: Stripe.PaymentIntentCreateParams,
): Stripe.PaymentIntent {
  const currency = currencyOf(parameters.currency)
  checkAmount(parameters.amount, currency)
  checkConfirming(parameters)
  const customer =
    parameters.customer === undefined
      ? null
      : existing(context, 'customer', parameters.customer, 'customer').id
  const paymentMethod =
    parameters.payment_method === undefined
      ? null
      : namedPaymentMethod(context, parameters.payment_method, 'payment_method')
  if (paymentMethod) checkUsable(paymentMethod, customer)
  const allowed = allowedTypes(parameters.allowed_payment_method_types, currency)
  const intent = buildPaymentIntent(context.ids, {
    amountMinor: parameters.amount,
    currency,
    created: context.clock.now(),
    customer,
    description: parameters.description ?? null,
    metadata: mergedMetadata({}, parameters.metadata),
    receiptEmail: parameters.receipt_email ?? null,
    setupFutureUsage: parameters.setup_future_usage ?? null,
    paymentMethod: paymentMethod?.id ?? null,
    allowedPaymentMethodTypes: allowed,
    ...(parameters.capture_method === undefined ? {} : { captureMethod: parameters.capture_method }),
    automaticPaymentMethods: {
      allow_redirects: parameters.automatic_payment_methods?.allow_redirects ?? 'always',
      enabled: parameters.automatic_payment_methods?.enabled ?? true,
    },
  })
  context.store.put('payment_intent', intent)
  context.emit('payment_intent.created', intent)
  if (parameters.confirm !== true) return intent
  const { off_session: offSession, return_url: returnUrl } = parameters
  return confirmPaymentIntent(context, intent, {
    ...(offSession === undefined ? {} : { off_session: offSession }),
    ...(returnUrl === undefined ? {} : { return_url: returnUrl }),
  })
}

/** What only a confirmation uses. */
function checkConfirming(parameters: Stripe.PaymentIntentCreateParams): void {
  if (parameters.confirm === true) return
  for (const name of ['off_session', 'return_url'] as const) {
    if (parameters[name] === undefined) continue
    throw parameterInvalid(name, `The parameter \`${name}\` can only be used when \`confirm\` is true.`)
  }
}

/** In lower case. @throws StripeApiError for what is no currency. */
export function currencyOf(text: string): string {
  const currency = text.toLowerCase()
  if (!currencies.has(currency)) throw parameterInvalid('currency', `Invalid currency: ${text}.`)
  return currency
}

export function checkAmount(amountMinor: number, currency: string): void {
  if (amountMinor < 1) {
    throw new StripeApiError('This value must be greater than or equal to 1.', {
      code: 'parameter_invalid_integer',
      param: 'amount',
    })
  }
  const leastMinor = leastChargeMinor(currency)
  if (amountMinor < leastMinor) {
    throw new StripeApiError(`Amount must be at least ${formatAmount(leastMinor, currency)} ${currency}`, {
      code: 'amount_too_small',
      param: 'amount',
    })
  }
  const mostMinor = mostChargeMinor(currency)
  if (amountMinor > mostMinor) {
    throw new StripeApiError(`Amount must be no more than ${formatAmount(mostMinor, currency)}`, {
      code: 'amount_too_large',
      param: 'amount',
    })
  }
  const stepMinor = chargeStepMinor(currency)
  if (amountMinor % stepMinor !== 0) {
    throw new StripeApiError(
      `Invalid amount: an amount in ${currency.toUpperCase()} must be a multiple of ${stepMinor}.`,
      { param: 'amount' },
    )
  }
}
