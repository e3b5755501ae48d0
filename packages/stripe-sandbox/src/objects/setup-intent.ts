import type Stripe from 'stripe'
import type { Ids } from '../ids.ts'

export interface SetupIntentInput {
  created: number
  customer: string | null
  description?: string | null
  metadata?: Stripe.Metadata
  paymentMethod?: string | null
  usage?: string
  allowedPaymentMethodTypes?: Stripe.SetupIntent['allowed_payment_method_types']
  automaticPaymentMethods?: Stripe.SetupIntent.AutomaticPaymentMethods | null
}

/** A SetupIntent that waits for a card or a bank account to save for later, off-session payments. */
export function buildSetupIntent(ids: Ids, input: SetupIntentInput): Stripe.SetupIntent {
  const id = ids.newId('seti_')
  return {
    id,
    object: 'setup_intent',
    allowed_payment_method_types: input.allowedPaymentMethodTypes ?? null,
    application: null,
    automatic_payment_methods: input.automaticPaymentMethods ?? null,
    cancellation_reason: null,
    client_secret: `${id}_secret_${ids.randomText(25)}`,
    created: input.created,
    customer: input.customer,
    customer_account: null,
    description: input.description ?? null,
    excluded_payment_method_types: null,
    flow_directions: null,
    last_setup_error: null,
    latest_attempt: null,
    livemode: false,
    mandate: null,
    metadata: input.metadata ?? {},
    next_action: null,
    on_behalf_of: null,
    payment_method: input.paymentMethod ?? null,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: { mandate_options: null, network: null, request_three_d_secure: 'automatic' },
    },
    payment_method_types: input.allowedPaymentMethodTypes ?? ['card'],
    single_use_mandate: null,
    status: input.paymentMethod ? 'requires_confirmation' : 'requires_payment_method',
    usage: input.usage ?? 'off_session',
  }
}
