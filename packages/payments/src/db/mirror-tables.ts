import type { ColumnType, Generated, GeneratedAlways } from 'kysely'
import type { CheckoutLineItem } from '../domain/checkout-line-item.ts'

/** Row types of what is mirrored from Stripe. */
export interface MirrorTables {
  customers: {
    id: GeneratedAlways<number>
    owner_id: string
    stripe_customer_id: string | null
    email: string | null
    attempt: Generated<number>
    created_at: Date
    updated_at: Date
    deleted_at: Date | null
  }
  products: {
    id: string
    name: string
    description: string | null
    active: boolean
    metadata: Json<Record<string, string>>
    features: Json<string[]>
    stripe_created_at: Date
    raw: Json
    synced_at: Date
  }
  prices: {
    id: string
    product_id: string
    kind: 'one_time' | 'recurring'
    active: boolean
    unit_amount_minor: number | null
    currency: string
    interval: string | null
    interval_count: number | null
    nickname: string | null
    lookup_key: string | null
    stripe_created_at: Date
    raw: Json
    synced_at: Date
  }
  plans: {
    id: GeneratedAlways<number>
    stripe_price_id: string
    name: string
    amount_minor: number
    currency: string
    interval: string
    interval_count: number
    features: Json<string[]>
    is_active: boolean
    created_at: Date
    updated_at: Date
  }
  subscriptions: {
    id: string
    owner_id: string
    stripe_customer_id: string
    status: string
    price_id: string
    product_id: string
    product_ids: string[]
    plan_nickname: string | null
    unit_amount_minor: number | null
    currency: string
    interval: string | null
    quantity: number | null
    current_period_start: Date
    current_period_end: Date
    cancel_at_period_end: boolean
    cancel_at: Date | null
    canceled_at: Date | null
    ended_at: Date | null
    trial_end: Date | null
    latest_invoice_id: string | null
    stripe_created_at: Date
    raw: Json
    synced_at: Date
  }
  invoices: {
    id: string
    owner_id: string
    stripe_customer_id: string
    subscription_id: string | null
    status: string
    billing_reason: string | null
    number: string | null
    currency: string
    total_minor: number
    amount_due_minor: number
    amount_paid_minor: number
    due_at: Date | null
    hosted_invoice_url: string | null
    invoice_pdf_url: string | null
    stripe_created_at: Date
    raw: Json
    synced_at: Date
  }
  payments: {
    id: string
    owner_id: string
    stripe_customer_id: string
    status: string
    currency: string
    amount_minor: number
    amount_received_minor: number
    amount_refunded_minor: number
    is_disputed: boolean
    description: string | null
    receipt_url: string | null
    failure_code: string | null
    stripe_created_at: Date
    raw: Json
    synced_at: Date
  }
  invoice_payments: {
    id: string
    invoice_id: string
    payment_id: string
    status: string
    amount_paid_minor: number | null
    synced_at: Date
  }
  refunds: {
    id: string
    owner_id: string
    stripe_customer_id: string
    payment_id: string | null
    status: string
    currency: string
    amount_minor: number
    reason: string | null
    stripe_created_at: Date
    raw: Json
    synced_at: Date
  }
  disputes: {
    id: string
    owner_id: string
    stripe_customer_id: string
    payment_id: string | null
    charge_id: string
    status: string
    reason: string
    currency: string
    amount_minor: number
    evidence_due_by: Date | null
    stripe_created_at: Date
    raw: Json
    synced_at: Date
  }
  fraud_warnings: {
    id: string
    owner_id: string
    stripe_customer_id: string
    payment_id: string | null
    charge_id: string
    fraud_type: string
    is_actionable: boolean
    stripe_created_at: Date
    raw: Json
    synced_at: Date
  }
  checkout_sessions: {
    id: string
    owner_id: string
    stripe_customer_id: string
    mode: string
    status: string
    payment_status: string
    subscription_id: string | null
    payment_id: string | null
    invoice_id: string | null
    currency: string | null
    amount_total_minor: number | null
    line_items: Json<CheckoutLineItem[]>
    stripe_created_at: Date
    raw: Json
    synced_at: Date
  }
}

/** jsonb: read as a parsed value, written as JSON text (an array given to `pg` would become a Postgres array). */
export type Json<T = unknown> = ColumnType<T, string, string>
