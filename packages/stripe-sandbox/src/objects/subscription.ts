import type Stripe from 'stripe'
import { idOf } from '../store/tables.ts'

export interface SubscriptionInput {
  id: string
  items: Stripe.SubscriptionItem[]
  customer: Stripe.Customer
  currency: string
  created: number
  /** When it began, in the past if it is backdated. Unix seconds. */
  startDate: number
  status: Stripe.Subscription.Status
  metadata: Stripe.Metadata
  billingMode: Stripe.Subscription.BillingMode
  collectionMethod: Stripe.Subscription.CollectionMethod
  daysUntilDue: number | null
  defaultTaxRates: readonly Stripe.TaxRate[]
  /** Ids. */
  discounts: readonly string[]
  description: string | null
  defaultPaymentMethod: string | null
  billingCycleAnchor: number
  anchorConfig: Stripe.Subscription.BillingCycleAnchorConfig | null
  trialStart: number | null
  trialEnd: number | null
  missingPaymentMethod: Stripe.Subscription.TrialSettings.EndBehavior.MissingPaymentMethod
  saveDefaultPaymentMethod: Stripe.Subscription.PaymentSettings.SaveDefaultPaymentMethod
}

/** Flexible billing mode is what the API makes unless asked otherwise (since 2025-09-30.clover). */
export const flexibleBilling: Stripe.Subscription.BillingMode = {
  flexible: { proration_discounts: 'included' },
  type: 'flexible',
}

export function buildSubscription(input: SubscriptionInput): Stripe.Subscription {
  return {
    id: input.id,
    object: 'subscription',
    application: null,
    application_fee_percent: null,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null },
    billing_cycle_anchor: input.billingCycleAnchor,
    billing_cycle_anchor_config: input.anchorConfig,
    billing_mode: input.billingMode,
    billing_schedules: [],
    billing_thresholds: null,
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: null,
    cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null },
    collection_method: input.collectionMethod,
    created: input.created,
    currency: input.currency,
    customer: input.customer.id,
    customer_account: null,
    days_until_due: input.daysUntilDue,
    default_payment_method: input.defaultPaymentMethod,
    default_source: null,
    default_tax_rates: [...input.defaultTaxRates],
    description: input.description,
    discounts: [...input.discounts],
    ended_at: null,
    invoice_settings: {
      account_tax_ids: null,
      custom_fields: null,
      description: null,
      footer: null,
      issuer: { type: 'self' },
    },
    items: {
      object: 'list',
      data: input.items,
      has_more: false,
      url: `/v1/subscription_items?subscription=${input.id}`,
    },
    latest_invoice: null,
    livemode: false,
    managed_payments: null,
    metadata: input.metadata,
    next_pending_invoice_item_invoice: null,
    on_behalf_of: null,
    pause_collection: null,
    payment_settings: {
      payment_method_options: null,
      payment_method_types: null,
      save_default_payment_method: input.saveDefaultPaymentMethod,
    },
    pending_invoice_item_interval: null,
    pending_setup_intent: null,
    pending_update: null,
    schedule: null,
    start_date: input.startDate,
    status: input.status,
    test_clock: idOf(input.customer.test_clock),
    transfer_data: null,
    trial_end: input.trialEnd,
    trial_settings: {
      end_behavior: { billing_cycle_anchor: null, missing_payment_method: input.missingPaymentMethod },
    },
    trial_start: input.trialStart,
  }
}
