import { instant } from './instant.ts'
import type { PresentedAccess } from './present-access.ts'

/*
 * What the app is told: the shapes of `data`, by type of event. They leave Billhook as they are here and are kept: fields may be
 * added, none is renamed or removed. Ids are Stripe's; times ISO 8601 UTC in whole seconds; money is integer minor units with its
 * currency. docs/reference/app-events.md is made from the schemas of these (outbox/event-schemas.ts).
 */

export interface SubscriptionData {
  subscription_id: string
  status: string
  price_id: string
  quantity: number | null
  current_period_start: string
  current_period_end: string
  /** It ends then by plan; null when it renews. */
  ends_at: string | null
  trial_end: string | null
}

export interface RenewalData {
  subscription_id: string
  invoice_id: string
  amount_paid: number
  currency: string
}

export interface PurchaseData {
  session_id: string
  /** Null when nothing had to be paid. */
  payment_id: string | null
  amount_total: number | null
  currency: string | null
  line_items: {
    price_id: string | null
    product_id: string | null
    description: string | null
    quantity: number | null
    amount_total: number
    currency: string
  }[]
}

export interface RefundData {
  payment_id: string
  amount: number
  /** In all, so far. */
  amount_refunded: number
  currency: string
  is_full: boolean
}

export interface PaymentData {
  payment_id: string
  /** Null for a one-time purchase. */
  invoice_id: string | null
  subscription_id: string | null
  amount: number
  currency: string
}

export interface DisputeData {
  dispute_id: string
  payment_id: string | null
  amount: number
  currency: string
  reason: string
  status: string
  /** A bank's question: no money was taken yet. */
  is_inquiry: boolean
  evidence_due_by: string | null
}

export interface AppEventData {
  'subscription.activated': SubscriptionData
  'subscription.renewed': RenewalData
  'subscription.past_due': SubscriptionData
  'subscription.canceled': SubscriptionData
  'subscription.plan_changed': SubscriptionData & { previous_price_id: string }
  'subscription.trial_ending': SubscriptionData
  'purchase.completed': PurchaseData
  'purchase.refunded': RefundData
  'payment.failed': PaymentData & { failure_code: string }
  'payment.action_required': PaymentData & { hosted_invoice_url: string | null }
  'access.changed': PresentedAccess & { gained: string[]; lost: string[] }
  'dispute.opened': DisputeData
  'dispute.closed': DisputeData & { outcome: 'won' | 'lost' | 'withdrawn' }
  'duplicate_subscription.detected': { subscription_ids: string[] }
}

export type AppEventType = keyof AppEventData

/** One event as the app gets it. */
export type AppEvent = {
  [Type in AppEventType]: {
    /** The same at every attempt and replay: who remembers it handles each event once. */
    id: string
    type: Type
    /** When Billhook learned of it. */
    timestamp: string
    owner_id: string
    data: AppEventData[Type]
  }
}[AppEventType]

/** A row of the outbox. */
export interface StoredEvent {
  outboxId: number
  ownerId: string
  type: string
  payload: unknown
  occurredAt: Date
}

export function appEventOf(
  { outboxId, ownerId, type, payload, occurredAt }: StoredEvent,
  installationId: string,
): AppEvent {
  const id = eventIdOf(outboxId, installationId)
  // The outbox holds what was written as a Transition: payload and type belong together.
  return { id, type, timestamp: instant(occurredAt), owner_id: ownerId, data: payload } as AppEvent
}

/** A function of the row and the database, so that two databases that deliver to one app never share an id. */
export function eventIdOf(outboxId: number, installationId: string): string {
  return `msg_${installationId.replaceAll('-', '').slice(0, 12)}_${outboxId}`
}

/** The row of an event id; null for anything else. */
export function outboxIdOf(eventId: string): number | null {
  const match = /^msg_[0-9a-f]{12}_(\d{1,15})$/.exec(eventId)
  return match ? Number(match[1]) : null
}
