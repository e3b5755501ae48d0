import type { DoorbellResource } from '../domain/doorbell.ts'
import type { Stripe } from '../stripe/client.ts'

type SnapshotType = Stripe.Event['type']
type ThinType = Stripe.V2.Core.EventNotification['type']
/** What went stale, and why this event says so. */
export type DoorbellLine = readonly [stale: DoorbellResource, because: string]

/**
 * THE list. An event type that is not here is stored and ignored; a misspelt one does not compile. A line names only what the
 * event is about: what hangs on it (the subscription of an invoice, the payments of an invoice, everything a completed
 * Checkout brought about) is fetched with it by its sync, so that an endpoint that sends only the three events of the
 * contract is enough for a right mirror.
 *
 * Left out on purpose: `plan.*` (legacy twins of `price.*`), `invoice.upcoming` (a preview without an id), `invoice.sent` and
 * `invoice.will_be_due` (change nothing that is mirrored), `payment_method.*`, `coupon.*`, `promotion_code.*` and
 * `entitlements.*` (not mirrored), `subscription_schedule.*` (what it does arrives as `customer.subscription.updated`).
 */
export const DOORBELLS = {
  'checkout.session.completed': ['checkout_session', 'paid, or finished with the money still on its way'],
  'checkout.session.async_payment_succeeded': ['checkout_session', 'the delayed payment arrived'],
  'checkout.session.async_payment_failed': ['checkout_session', 'the delayed payment will not arrive'],
  'checkout.session.expired': ['checkout_session', 'can no longer be paid: the reservation ends'],

  'customer.created': ['customer', 'may be ours, made just before a crash: its row still has to be linked'],
  'customer.updated': ['customer', 'the e-mail address may have changed'],
  'customer.deleted': ['customer', 'gone at Stripe; the owner gets a new one at the next checkout'],

  'customer.subscription.created': ['subscription', 'new, by Checkout, the dashboard or the API'],
  'customer.subscription.updated': ['subscription', 'status, period, plan, or planned end changed'],
  'customer.subscription.deleted': ['subscription', 'ended'],
  'customer.subscription.paused': ['subscription', 'status is now paused'],
  'customer.subscription.resumed': ['subscription', 'status is live again'],
  'customer.subscription.trial_will_end': [
    'subscription',
    'three days left, or ended early by a plan change',
  ],
  'customer.subscription.pending_update_applied': ['subscription', 'the plan change was paid'],
  'customer.subscription.pending_update_expired': ['subscription', 'the plan change was not paid in time'],

  'invoice.created': ['invoice', 'a draft for the next period'],
  'invoice.deleted': ['invoice', 'a draft was thrown away'],
  'invoice.finalized': ['invoice', 'has its number and its links now'],
  'invoice.finalization_failed': ['invoice', 'stays a draft, nobody is charged'],
  'invoice.updated': ['invoice', 'amounts or the next payment attempt changed'],
  'invoice.paid': ['invoice', 'paid, by whatever means: a renewal succeeded'],
  'invoice.payment_succeeded': ['invoice', 'twin of invoice.paid for endpoints that send only this one'],
  'invoice.payment_failed': ['invoice', 'an attempt failed: the subscription is past due'],
  'invoice.payment_action_required': ['invoice', 'the bank asks the customer to confirm'],
  'invoice.overdue': ['invoice', 'an invoice sent by mail was not paid in time'],
  'invoice.overpaid': ['invoice', 'more was paid than due'],
  'invoice.marked_uncollectible': ['invoice', 'given up: a past due subscription becomes active again'],
  'invoice.voided': ['invoice', 'cancelled: it no longer counts for the subscription'],
  'invoice_payment.paid': [
    'invoice_payment',
    'which payment settled which invoice, 1 to 20 s after invoice.paid',
  ],

  'payment_intent.created': ['payment', 'a payment began'],
  'payment_intent.succeeded': ['payment', 'the money is there'],
  'payment_intent.processing': ['payment', 'a delayed method is under way'],
  'payment_intent.payment_failed': ['payment', 'an attempt failed; another may follow in the same payment'],
  'payment_intent.requires_action': ['payment', 'the bank asks the customer to confirm'],
  'payment_intent.partially_funded': ['payment', 'a bank transfer brought a part'],
  'payment_intent.amount_capturable_updated': ['payment', 'authorised, to be captured'],
  'payment_intent.canceled': ['payment', 'will never be paid'],

  'charge.succeeded': ['charge', 'receipt link'],
  'charge.failed': ['charge', 'failure code'],
  'charge.pending': ['charge', 'a delayed method is under way'],
  'charge.captured': ['charge', 'an authorised amount was taken'],
  'charge.expired': ['charge', 'an authorisation ran out'],
  'charge.updated': ['charge', 'details that Stripe fills in later'],
  'charge.refunded': ['charge', 'the refunded amount changed, partly or fully'],
  'charge.refund.updated': ['refund', 'legacy name of refund.updated'],
  'refund.created': ['refund', 'new'],
  'refund.updated': ['refund', 'its status changed'],
  'refund.failed': ['refund', 'the money came back to us: the payment counts again'],

  'charge.dispute.created': ['dispute', 'the bank took the money back for now'],
  'charge.dispute.updated': ['dispute', 'its status changed'],
  'charge.dispute.closed': ['dispute', 'won or lost'],
  'charge.dispute.funds_withdrawn': ['dispute', 'the money left'],
  'charge.dispute.funds_reinstated': ['dispute', 'the money came back'],

  'radar.early_fraud_warning.created': ['fraud_warning', 'a card network expects a dispute'],
  'radar.early_fraud_warning.updated': ['fraud_warning', 'no longer actionable: refunded or disputed'],

  'product.created': ['product', 'catalogue'],
  'product.updated': ['product', 'catalogue: name, features, active'],
  'product.deleted': ['product', 'catalogue: no longer sold'],
  'price.created': ['price', 'catalogue'],
  'price.updated': ['price', 'catalogue: active, nickname'],
  'price.deleted': ['price', 'catalogue: no longer sold'],
} as const satisfies Partial<Record<SnapshotType, DoorbellLine>>

/** Thin events with a twin above are `v1.` and the twin's type; these have none. */
export const THIN_DOORBELLS = {
  'v1.customer.subscription.active': ['subscription', 'status'],
  'v1.customer.subscription.trialing': ['subscription', 'status'],
  'v1.customer.subscription.past_due': ['subscription', 'status'],
  'v1.customer.subscription.unpaid': ['subscription', 'status'],
  'v1.customer.subscription.incomplete': ['subscription', 'status'],
  'v1.customer.subscription.incomplete_expired': ['subscription', 'status'],
  'v1.customer.subscription.cancel_at_changed': ['subscription', 'planned end'],
  'v1.customer.subscription.item_added': ['subscription', 'plan'],
  'v1.customer.subscription.item_removed': ['subscription', 'plan'],
  'v1.customer.subscription.item_price_changed': ['subscription', 'plan'],
  'v1.customer.subscription.item_quantity_changed': ['subscription', 'quantity'],
  'v1.invoice_payment.open': ['invoice_payment', 'a payment for an invoice began'],
  'v1.invoice_payment.canceled': ['invoice_payment', 'a payment for an invoice was given up'],
  'v1.price.activated': ['price', 'catalogue'],
  'v1.price.deactivated': ['price', 'catalogue'],
  'v1.product.activated': ['product', 'catalogue'],
  'v1.product.deactivated': ['product', 'catalogue'],
} as const satisfies Partial<Record<ThinType, DoorbellLine>>
