import { z } from 'zod'
import { ACCESS_REASONS } from '../domain/access.ts'
import type { AppEventData, AppEventType } from '../domain/app-events.ts'

const instant = z.iso.datetime()
const minor = z.int().describe('Minor units of `currency`.')
const currency = z.string().describe('ISO 4217, lower case.')

const subscription = {
  subscription_id: z.string(),
  status: z.string().describe("Stripe's status now."),
  price_id: z.string(),
  quantity: z.int().nullable(),
  current_period_start: instant,
  current_period_end: instant,
  ends_at: instant.nullable().describe('It ends then by plan; null when it renews.'),
  trial_end: instant.nullable(),
}

const payment = {
  payment_id: z.string(),
  invoice_id: z.string().nullable().describe('Null for a one-time purchase.'),
  subscription_id: z.string().nullable(),
  amount: minor,
  currency,
}

const dispute = {
  dispute_id: z.string(),
  payment_id: z.string().nullable(),
  amount: minor,
  currency,
  reason: z.string().describe("Stripe's reason, such as fraudulent."),
  status: z.string().describe("Stripe's status now."),
  is_inquiry: z.boolean().describe("A bank's question: no money was taken yet."),
  evidence_due_by: instant.nullable(),
}

const feature = z.object({
  name: z.string(),
  until: instant.nullable().describe('Null: it goes on.'),
  sources: z.array(z.string()).describe('Subscriptions and Checkout sessions that give it.'),
})

const grant = z.object({
  source: z.enum(['subscription', 'purchase']),
  id: z.string(),
  price_id: z.string().nullable(),
  product_ids: z.array(z.string()),
  features: z.array(z.string()),
  is_granted: z.boolean(),
  reason: z.enum(ACCESS_REASONS),
  until: instant.nullable(),
})

const lineItem = z.object({
  price_id: z.string().nullable(),
  product_id: z.string().nullable(),
  description: z.string().nullable(),
  quantity: z.int().nullable(),
  amount_total: minor,
  currency,
})

/** The schema of `data`, by type of event, and when it is told. */
export const EVENT_SCHEMAS: {
  [Type in AppEventType]: { when: string; data: z.ZodType<AppEventData[Type]> }
} = {
  'subscription.activated': {
    when: 'A subscription is paid up (or in its trial) and was not before: it is new, or a time without payment ended.',
    data: z.object(subscription),
  },
  'subscription.renewed': {
    when: 'An invoice for a further period was paid, by whatever means.',
    data: z.object({ subscription_id: z.string(), invoice_id: z.string(), amount_paid: minor, currency }),
  },
  'subscription.past_due': {
    when: 'A payment of a subscription failed. Access goes on for the grace ([access](../5-access.md)).',
    data: z.object(subscription),
  },
  'subscription.canceled': {
    when: 'A subscription has ended. A planned end is no end yet: see `ends_at`, and `access.changed`.',
    data: z.object(subscription),
  },
  'subscription.plan_changed': {
    when: 'A subscription has another price.',
    data: z.object({ ...subscription, previous_price_id: z.string() }),
  },
  'subscription.trial_ending': {
    when: 'Three days before a trial ends; at once for a shorter one. Again when the trial gets another end.',
    data: z.object(subscription),
  },
  'purchase.completed': {
    when: 'A one-time Checkout is finished and paid. With a delayed method that is days after the Checkout.',
    data: z.object({
      session_id: z.string(),
      payment_id: z.string().nullable().describe('Null when nothing had to be paid.'),
      amount_total: minor.nullable(),
      currency: currency.nullable(),
      line_items: z.array(lineItem),
    }),
  },
  'purchase.refunded': {
    when: 'More of a payment was given back than before: of a purchase, or of an invoice.',
    data: z.object({
      payment_id: z.string(),
      amount: minor,
      amount_refunded: minor.describe('In all, so far.'),
      currency,
      is_full: z.boolean(),
    }),
  },
  'payment.failed': {
    when: 'An attempt to pay failed. Once for each attempt.',
    data: z.object({ ...payment, failure_code: z.string().describe("The bank's or Stripe's code.") }),
  },
  'payment.action_required': {
    when: 'The bank asks the customer to confirm the payment of an invoice: send him to `hosted_invoice_url`.',
    data: z.object({ ...payment, hosted_invoice_url: z.string().nullable() }),
  },
  'access.changed': {
    when: 'What the owner may use differs, or ends at another time; also when only time passed. The data is that of `GET /payments/access`.',
    data: z.object({
      has_access: z.boolean(),
      features: z.array(feature),
      grants: z.array(grant),
      changes_at: instant.nullable(),
      gained: z.array(z.string()).describe('Features that came.'),
      lost: z.array(z.string()).describe('Features that went.'),
    }),
  },
  'dispute.opened': {
    when: 'A customer disputes a payment at his bank, or the bank asks.',
    data: z.object(dispute),
  },
  'dispute.closed': {
    when: 'A dispute is decided. A lost one ends what it paid for.',
    data: z.object({ ...dispute, outcome: z.enum(['won', 'lost', 'withdrawn']) }),
  },
  'duplicate_subscription.detected': {
    when: 'An owner has more than one subscription that has not ended: he may pay twice.',
    data: z.object({ subscription_ids: z.array(z.string()) }),
  },
}
