import type Stripe from 'stripe'

export interface CheckoutSessionInput {
  id: string
  mode: Stripe.Checkout.Session.Mode
  created: number
  expiresAt: number
  /** Null in setup mode. */
  amountMinor: number | null
  currency: string | null
  customer: Stripe.Customer | null
  customerEmail: string | null
  customerCreation: Stripe.Checkout.Session.CustomerCreation | null
  clientReferenceId: string | null
  metadata: Stripe.Metadata
  successUrl: string
  cancelUrl: string | null
  allowPromotionCodes: boolean | null
  billingAddressCollection: Stripe.Checkout.Session.BillingAddressCollection | null
  invoiceCreation: Stripe.Checkout.Session.InvoiceCreation | null
  locale: Stripe.Checkout.Session.Locale | null
  paymentMethodCollection: Stripe.Checkout.Session.PaymentMethodCollection
  paymentStatus: Stripe.Checkout.Session.PaymentStatus
  setupIntent: string | null
  submitType: Stripe.Checkout.Session.SubmitType | null
  url: string
}

/** An open session of hosted Checkout. */
export function buildCheckoutSession(input: CheckoutSessionInput): Stripe.Checkout.Session {
  const email = input.customer?.email ?? input.customerEmail
  return {
    id: input.id,
    object: 'checkout.session',
    adaptive_pricing: input.mode === 'setup' ? null : { enabled: false },
    after_expiration: null,
    allow_promotion_codes: input.allowPromotionCodes,
    allowed_payment_method_types: null,
    amount_subtotal: input.amountMinor,
    amount_total: input.amountMinor,
    automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    billing_address_collection: input.billingAddressCollection,
    cancel_url: input.cancelUrl,
    client_reference_id: input.clientReferenceId,
    client_secret: null,
    collected_information: null,
    consent: null,
    consent_collection: null,
    created: input.created,
    currency: input.currency,
    currency_conversion: null,
    custom_fields: [],
    custom_text: {
      after_submit: null,
      shipping_address: null,
      submit: null,
      terms_of_service_acceptance: null,
    },
    customer: input.customer?.id ?? null,
    customer_account: null,
    customer_creation: input.customerCreation,
    customer_details: email === null ? null : { ...emptyCustomerDetails, email },
    customer_email: input.customerEmail,
    discounts: input.mode === 'setup' ? null : [],
    expires_at: input.expiresAt,
    integration_identifier: null,
    invoice: null,
    invoice_creation: input.invoiceCreation,
    livemode: false,
    locale: input.locale,
    managed_payments: null,
    metadata: input.metadata,
    mode: input.mode,
    origin_context: null,
    payment_intent: null,
    payment_link: null,
    payment_method_collection: input.paymentMethodCollection,
    payment_method_configuration_details: null,
    payment_method_options: { card: { request_three_d_secure: 'automatic' } },
    payment_method_types: ['card'],
    payment_status: input.paymentStatus,
    permissions: null,
    phone_number_collection: { enabled: false },
    recovered_from: null,
    saved_payment_method_options:
      input.customer === null || input.mode === 'setup'
        ? null
        : {
            allow_redisplay_filters: ['always'],
            payment_method_remove: 'disabled',
            payment_method_save: null,
          },
    setup_intent: input.setupIntent,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [],
    status: 'open',
    submit_type: input.submitType,
    subscription: null,
    success_url: input.successUrl,
    total_details: input.mode === 'setup' ? null : { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: 'hosted_page',
    url: input.url,
    wallet_options: null,
  }
}

export const emptyCustomerDetails: Stripe.Checkout.Session.CustomerDetails = {
  address: null,
  business_name: null,
  email: null,
  individual_name: null,
  name: null,
  phone: null,
  tax_exempt: 'none',
  tax_ids: null,
}
