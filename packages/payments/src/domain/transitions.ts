import type { PresentedAccess } from './present-access.ts'
import { isLive } from './subscription-status.ts'

export type TransitionType =
  | 'subscription.activated'
  | 'subscription.renewed'
  | 'subscription.past_due'
  | 'subscription.canceled'
  | 'subscription.plan_changed'
  | 'purchase.completed'
  | 'purchase.refunded'
  | 'payment.failed'
  | 'access.changed'
  | 'duplicate_subscription.detected'

/**
 * A difference between the old and the new mirror row that means something to the app. `dedupeKey` is a function of the fact and of
 * nothing else, so that the fact is told once however often, and by whomever, it is found.
 */
export interface Transition {
  type: TransitionType
  dedupeKey: string
  payload: Readonly<Record<string, unknown>>
}

/** What transitions of a subscription depend on, named as in the mirror. */
export interface SubscriptionFacts {
  id: string
  status: string
  price_id: string
  quantity: number | null
  latest_invoice_id: string | null
  synced_at: Date
}

/** `before` is null for a subscription seen for the first time. One that had ended by then never meant anything to the app. */
export function subscriptionTransitions(
  before: SubscriptionFacts | null,
  after: SubscriptionFacts,
): Transition[] {
  const { id, status, price_id, quantity, latest_invoice_id: invoice } = after
  const payload = { subscription_id: id, status, price_id, quantity }
  const found: Transition[] = []
  if (isPaidUp(after.status) && !isPaidUp(before?.status)) {
    // Once per invoice that made it so: the first one, and each that ended a time without payment.
    found.push({
      type: 'subscription.activated',
      dedupeKey: `subscription.activated:${id}:${invoice}`,
      payload,
    })
  }
  if (status === 'past_due' && before?.status !== 'past_due') {
    found.push({
      type: 'subscription.past_due',
      dedupeKey: `subscription.past_due:${id}:${invoice}`,
      payload,
    })
  }
  if (before && before.price_id !== price_id) {
    const change = { ...payload, previous_price_id: before.price_id }
    // A plan can go there and back within one period: the row that it was told from makes it one fact.
    const dedupeKey = `subscription.plan_changed:${id}:${price_id}:${before.synced_at.getTime()}`
    found.push({ type: 'subscription.plan_changed', dedupeKey, payload: change })
  }
  if (before && isLive(before.status) && hasEnded(status)) {
    found.push({ type: 'subscription.canceled', dedupeKey: `subscription.canceled:${id}`, payload })
  }
  return found
}

export interface InvoiceFacts {
  id: string
  status: string
  billing_reason: string | null
  subscription_id: string | null
  amount_paid_minor: number
  currency: string
}

/** Paid for a further period, by whatever means. The subscription's own period moves on an hour before the money (2.6). */
export function invoiceTransitions(before: InvoiceFacts | null, after: InvoiceFacts): Transition[] {
  const isRenewal = after.billing_reason === 'subscription_cycle' && after.subscription_id !== null
  if (!isRenewal || after.status !== 'paid' || before?.status === 'paid') return []
  return [
    {
      type: 'subscription.renewed',
      dedupeKey: `subscription.renewed:${after.subscription_id}:${after.id}`,
      payload: {
        subscription_id: after.subscription_id,
        invoice_id: after.id,
        amount_paid: after.amount_paid_minor,
        currency: after.currency,
      },
    },
  ]
}

export interface PaymentFacts {
  id: string
  status: string
  currency: string
  amount_minor: number
  amount_refunded_minor: number
  failure_code: string | null
}

/** @param latestChargeId tells the attempts of one payment apart; null when the bank refused before there was a charge */
export function paymentTransitions(
  before: PaymentFacts | null,
  after: PaymentFacts,
  latestChargeId: string | null,
): Transition[] {
  const { id, currency, amount_minor: amount, failure_code, amount_refunded_minor: refunded } = after
  const found: Transition[] = []
  if (after.status === 'requires_payment_method' && failure_code !== null) {
    const payload = { payment_id: id, amount, currency, failure_code }
    found.push({ type: 'payment.failed', dedupeKey: `payment.failed:${id}:${latestChargeId}`, payload })
  }
  if (refunded > (before?.amount_refunded_minor ?? 0)) {
    const payload = {
      payment_id: id,
      amount,
      currency,
      amount_refunded: refunded,
      is_full: refunded >= amount,
    }
    found.push({ type: 'purchase.refunded', dedupeKey: `purchase.refunded:${id}:${refunded}`, payload })
  }
  return found
}

export interface CheckoutSessionFacts {
  id: string
  mode: string
  status: string
  payment_status: string
  payment_id: string | null
  currency: string | null
  amount_total_minor: number | null
}

/** `complete` alone is not paid: with a delayed method the money comes days later, or never (5.2). */
export function checkoutSessionTransitions(
  before: CheckoutSessionFacts | null,
  after: CheckoutSessionFacts & { line_items: unknown },
): Transition[] {
  if (after.mode !== 'payment' || !isPaidFor(after) || (before && isPaidFor(before))) return []
  const { id, payment_id, currency, amount_total_minor, line_items } = after
  const payload = { session_id: id, payment_id, amount_total: amount_total_minor, currency, line_items }
  return [{ type: 'purchase.completed', dedupeKey: `purchase.completed:${id}`, payload }]
}

/**
 * What an owner may use differs: a feature came or went, or ends at another time; or the same of a subscription or purchase. Another
 * reason alone (a trial that became a paid time) is no change.
 * @param version counts the changes of this owner
 */
export function accessTransitions(
  ownerId: string,
  version: number,
  before: PresentedAccess,
  after: PresentedAccess,
): Transition[] {
  const [told, now] = [before, after].map(({ grants }) =>
    JSON.stringify(
      grants
        .filter(({ is_granted }) => is_granted)
        .map(({ id, product_ids, features, until }) => ({ id, product_ids, features, until })),
    ),
  )
  if (told === now) return []
  const names = ({ features }: PresentedAccess) => features.map(({ name }) => name)
  const [had, has] = [names(before), names(after)]
  const payload = {
    ...after,
    gained: has.filter((name) => !had.includes(name)),
    lost: had.filter((name) => !has.includes(name)),
  }
  return [{ type: 'access.changed', dedupeKey: `access.changed:${ownerId}:${version}`, payload }]
}

/** @param unendedIds every subscription of the owner that has not ended; nothing when there is one at most */
export function duplicateSubscription(unendedIds: readonly string[]): Transition[] {
  if (unendedIds.length < 2) return []
  const subscriptionIds = unendedIds.toSorted((a, b) => (a < b ? -1 : 1))
  const dedupeKey = `duplicate_subscription.detected:${subscriptionIds.join(',')}`
  return [
    { type: 'duplicate_subscription.detected', dedupeKey, payload: { subscription_ids: subscriptionIds } },
  ]
}

function isPaidUp(status: string | undefined): boolean {
  return status === 'active' || status === 'trialing'
}

function hasEnded(status: string): boolean {
  return status === 'canceled' || status === 'incomplete_expired'
}

function isPaidFor(session: CheckoutSessionFacts): boolean {
  return session.status === 'complete' && session.payment_status !== 'unpaid'
}
