import type { ColumnType, Generated, GeneratedAlways } from 'kysely'
import type { FieldDifference } from '../domain/drift.ts'
import type { PresentedAccess } from '../domain/present-access.ts'
import type { Json, MirrorTables } from './mirror-tables.ts'

/**
 * Row types of every table in schema `billhook`. bigint columns are numbers (the parser is set once in connect.ts; amounts fit:
 * Stripe's largest has 12 digits), timestamptz are Dates, jsonb are parsed values.
 */
export interface Tables extends MirrorTables {
  installation: { only_row: boolean; id: string; livemode: boolean | null; account: string | null }
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
    look_again_at: Generated<Date | null>
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
  outbox_queues: {
    target: string
    owner_id: string
    due_at: Date
    claimed_until: Date | null
    token: number
    failed_at: Generated<Date | null>
  }
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
