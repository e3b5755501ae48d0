import type { ColumnType, Generated, GeneratedAlways } from 'kysely'
import type { CheckoutLineItem } from '../domain/checkout-line-item.ts'
import type { FieldDifference } from '../domain/drift.ts'
import type { PresentedAccess } from '../domain/present-access.ts'

/**
 * Row types of every table in schema `billhook`. bigint columns are numbers (the parser is set once in connect.ts; amounts fit:
 * Stripe's largest has 12 digits), timestamptz are Dates, jsonb are parsed values.
 */
export interface Tables {
  installation: { only_row: boolean; id: string; livemode: boolean | null; account: string | null }
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
  reservations: {
    id: string
    owner_id: string
    price_id: string
    fingerprint: string
    session_parameters: Json
    status: 'open' | 'completed' | 'expired' | 'released'
    stripe_session_id: string | null
    checkout_url: string | null
    expires_at: Date
    created_at: Date
    updated_at: Date
  }
  events: {
    id: string
    type: string
    group_key: string
    doorbells: Json<{ resource: string; id: string }[]>
    api_version: string | null
    livemode: boolean
    stripe_created_at: Date
    received_at: Date
    /** The body of one that was stored before bodies had a table of their own. */
    payload: string | null
    status: 'pending' | 'processed' | 'ignored' | 'dead'
    attempts: Generated<number>
    next_attempt_at: Date | null
    last_error: string | null
    note: string | null
    finished_at: Date | null
    was_missed: Generated<boolean>
  }
  event_bodies: { id: string; stripe_created_at: Date; body: string }
  cursors: { name: string; position: Json; updated_at: Date }
  suspects: { resource: string; id: string; stripe_customer_id: string; due_at: Date }
  drift: {
    id: GeneratedAlways<number>
    resource: string
    resource_id: string
    owner_id: string | null
    fields: Json<FieldDifference[]>
    since: Date
    event_id: string | null
    event_type: string | null
    found_by: 'feed' | 'sweep'
    found_at: Date
  }
  backfill_stretches: {
    id: GeneratedAlways<number>
    resource: string
    created_from: number
    created_before: number
    starting_after: string | null
    listed: Generated<number>
    stored: Generated<number>
    foreign_count: Generated<number>
    is_finished: Generated<boolean>
  }
  leases: { group_key: string; token: number; expires_at: Date }
  outbox_keys: { dedupe_key: string; told_at: Date | null }
  outbox: {
    id: Generated<number>
    owner_id: string
    type: string
    dedupe_key: string
    payload: Json
    occurred_at: Date
  }
  duplicate_subscriptions: {
    id: GeneratedAlways<number>
    owner_id: string
    subscription_ids: string[]
    status: 'found' | 'settling' | 'settled' | 'left'
    ended_ids: Generated<string[]>
    note: string | null
    found_at: Date
    finished_at: Date | null
  }
  outbox_targets: { name: string; claimed_at: Date }
  outbox_target_types: { target: string; type: string; claimed_at: Date }
  outbox_deliveries: {
    target: string
    outbox_id: number
    occurred_at: Date
    owner_id: string
    status: 'pending' | 'delivered' | 'dead'
    attempts: Generated<number>
    last_error: string | null
    created_at: Date
    finished_at: Date | null
  }
  outbox_queues: { target: string; owner_id: string; due_at: Date; claimed_until: Date | null; token: number }
  access: {
    owner_id: string
    told: ColumnType<PresentedAccess | null, string | null, string | null>
    version: number
    look_again_at: Date | null
  }
  feature_news: { product_id: string; asked_up_to: string; due_at: Date; is_last: Generated<boolean> }
  idempotency_keys: {
    owner_id: string
    key: string
    request_hash: string
    response_status: number | null
    response_body: string | null
    locked_until: Date
    created_at: Date
  }
}

export type { CheckoutLineItem }

/** jsonb: read as a parsed value, written as JSON text (an array given to `pg` would become a Postgres array). */
type Json<T = unknown> = ColumnType<T, string, string>
