import type Stripe from 'stripe'
import type { Ids } from '../ids.ts'

export interface PaymentIntentInput {
  amountMinor: number
  currency: string
  created: number
  customer: string | null
  description?: string | null
  metadata?: Stripe.Metadata
  receiptEmail?: string | null
  setupFutureUsage?: Stripe.PaymentIntent.SetupFutureUsage | null
  paymentMethod?: string | null
  /** Null: cards, which is all that the account's Dashboard has switched on. */
  allowedPaymentMethodTypes?: Stripe.PaymentIntent['allowed_payment_method_types']
  captureMethod?: Stripe.PaymentIntent.CaptureMethod
  automaticPaymentMethods?: Stripe.PaymentIntent.AutomaticPaymentMethods | null
}

/** A PaymentIntent before its first confirmation. */
export function buildPaymentIntent(ids: Ids, input: PaymentIntentInput): Stripe.PaymentIntent {
  const id = ids.newId('pi_')
  return {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: input.allowedPaymentMethodTypes ?? null,
    amount: input.amountMinor,
    amount_capturable: 0,
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: input.automaticPaymentMethods ?? null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: input.captureMethod ?? 'automatic_async',
    client_secret: `${id}_secret_${ids.randomText(25)}`,
    confirmation_method: 'automatic',
    created: input.created,
    currency: input.currency,
    customer: input.customer,
    customer_account: null,
    description: input.description ?? null,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: input.metadata ?? {},
    next_action: null,
    on_behalf_of: null,
    payment_method: input.paymentMethod ?? null,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: {
        installments: null,
        mandate_options: null,
        network: null,
        request_three_d_secure: 'automatic',
      },
    },
    payment_method_types: input.allowedPaymentMethodTypes ?? ['card'],
    payment_record: null,
    processing: null,
    receipt_email: input.receiptEmail ?? null,
    review: null,
    setup_future_usage: input.setupFutureUsage ?? null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: input.paymentMethod ? 'requires_confirmation' : 'requires_payment_method',
    transfer_data: null,
    transfer_group: null,
  }
}
