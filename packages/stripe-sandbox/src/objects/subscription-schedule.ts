import type Stripe from 'stripe'
import { idOf } from '../store/tables.ts'

type Schedule = Stripe.SubscriptionSchedule

export interface ScheduleInput {
  id: string
  billingMode: Stripe.SubscriptionSchedule.BillingMode
  created: number
  customer: Stripe.Customer
  defaultSettings: Stripe.SubscriptionSchedule.DefaultSettings
  endBehavior: Stripe.SubscriptionSchedule.EndBehavior
  metadata: Stripe.Metadata
  phases: Stripe.SubscriptionSchedule.Phase[]
}

/** A schedule that has not started. */
export function buildSubscriptionSchedule(input: ScheduleInput): Schedule {
  return {
    id: input.id,
    object: 'subscription_schedule',
    application: null,
    billing_mode: input.billingMode,
    canceled_at: null,
    completed_at: null,
    created: input.created,
    current_phase: null,
    customer: input.customer.id,
    customer_account: null,
    default_settings: input.defaultSettings,
    end_behavior: input.endBehavior,
    livemode: false,
    metadata: input.metadata,
    pause_schedules: [],
    phases: input.phases,
    released_at: null,
    released_subscription: null,
    status: 'not_started',
    subscription: null,
    test_clock: idOf(input.customer.test_clock),
  }
}

/** What holds for every phase that does not say otherwise. */
export const noDefaultSettings: Stripe.SubscriptionSchedule.DefaultSettings = {
  application_fee_percent: null,
  automatic_tax: { disabled_reason: null, enabled: false, liability: null },
  billing_cycle_anchor: 'automatic',
  billing_thresholds: null,
  collection_method: 'charge_automatically',
  default_payment_method: null,
  description: null,
  invoice_settings: {
    account_tax_ids: null,
    custom_fields: null,
    days_until_due: null,
    description: null,
    footer: null,
    issuer: { type: 'self' },
  },
  on_behalf_of: null,
  transfer_data: null,
}

/** A phase that says nothing but what it bills and when. Unix seconds. */
export function buildPhase(input: {
  currency: string
  items: Stripe.SubscriptionSchedule.Phase.Item[]
  startDate: number
  endDate: number
}): Stripe.SubscriptionSchedule.Phase {
  return {
    add_invoice_items: [],
    application_fee_percent: null,
    billing_cycle_anchor: null,
    billing_thresholds: null,
    collection_method: null,
    currency: input.currency,
    default_payment_method: null,
    default_tax_rates: [],
    description: null,
    discounts: [],
    end_date: input.endDate,
    invoice_settings: null,
    items: input.items,
    metadata: {},
    on_behalf_of: null,
    proration_behavior: 'create_prorations',
    start_date: input.startDate,
    transfer_data: null,
    trial_end: null,
  }
}

export function buildPhaseItem(input: {
  price: Stripe.Price
  /** Of a licensed price; a metered one has none. */
  quantity: number
  discounts: Stripe.SubscriptionSchedule.Phase.Item.Discount[]
  metadata: Stripe.Metadata
  taxRates: readonly Stripe.TaxRate[]
}): Stripe.SubscriptionSchedule.Phase.Item {
  return {
    billing_thresholds: null,
    discounts: input.discounts,
    metadata: input.metadata,
    plan: input.price.id,
    price: input.price.id,
    ...(input.price.recurring?.usage_type === 'metered' ? {} : { quantity: input.quantity }),
    tax_rates: [...input.taxRates],
  }
}
