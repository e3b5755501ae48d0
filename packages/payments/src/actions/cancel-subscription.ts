import { isDeepStrictEqual } from 'node:util'
import {
  type CurrentSubscription,
  findSubscriptionOfOwner,
  findSubscriptionToCancel,
} from '../db/queries/current-subscription.ts'
import { findSubscription, type SubscriptionRow } from '../db/queries/subscriptions.ts'
import { DomainError } from '../domain/errors.ts'
import type { Principal } from '../domain/principal.ts'
import { blocksSecondSubscription, isLive, type LiveStatus } from '../domain/subscription-status.ts'
import type { Stripe } from '../stripe/client.ts'
import { stripeFailure } from '../stripe/errors.ts'
import { fromUnix } from '../sync/adapt.ts'
import { linesOf } from '../sync/invoice.ts'
import { syncSubscription } from '../sync/sync-now.ts'
import { type CustomerLease, withCustomerLease } from '../sync/with-customer-lease.ts'
import type { ActionContext } from './context.ts'

/**
 * Cancels the owner's current subscription at the end of its period, and returns it as the mirror has it afterwards. One that
 * is canceled already stays so, unless the owner has another one that goes on: then it is that one's turn. One whose period nobody
 * has paid has nothing to wait for: it ends now.
 * @throws DomainError no_subscription; Stripe's errors
 */
export async function cancelSubscription(
  context: ActionContext,
  principal: Principal,
): Promise<CurrentSubscription> {
  const { ownerId } = principal
  const current = await findSubscriptionToCancel(context.db, ownerId)
  if (current === null) throw new DomainError('no_subscription')

  const isCanceled = await withCustomerLease(context, current.stripeCustomerId, (lease) =>
    cancelAtStripe(context, lease, current.id),
  )
  // The mirror was behind, and is not any more: it may have another one, or none.
  if (!isCanceled) return await cancelSubscription(context, principal)

  const canceled = await findSubscriptionOfOwner(context.db, ownerId, current.id)
  if (canceled === null) throw new Error(`Subscription ${current.id} left its owner while it was canceled`)
  return canceled
}

/**
 * False when there was nothing left to cancel, and the mirror did not know. One that ended after it was chosen, by another click or by
 * itself, is as canceled as was asked for. Stripe is asked first: the portal may have undone or changed it.
 */
async function cancelAtStripe(
  context: ActionContext,
  lease: CustomerLease,
  subscriptionId: string,
): Promise<boolean> {
  const known = await findSubscription(context.db.query, subscriptionId)
  if (known !== null && !blocksSecondSubscription(known.status)) return true
  const subscription = await syncSubscription(context, lease, subscriptionId)
  if (!isLive(subscription.status)) return false
  try {
    const isAsked = await endAtStripe(context, subscription, subscription.status)
    if (!isAsked) return true
  } catch (error) {
    if (!saysNo(error)) throw error
    // What was asked for may have fitted how it was when it was read, and not how it is by now.
    const now = await syncSubscription(context, lease, subscriptionId)
    if (isDeepStrictEqual(now.raw, subscription.raw)) throw error
    return await cancelAtStripe(context, lease, subscriptionId)
  }
  await syncSubscription(context, lease, subscriptionId)
  return true
}

/**
 * False when it ends already. No idempotency key of ours: cancel, undo and cancel again are three wishes, and the state asked for is the
 * same every time.
 */
async function endAtStripe(
  context: ActionContext,
  subscription: SubscriptionRow,
  status: LiveStatus,
): Promise<boolean> {
  const { stripe } = context
  if (!(await isPaidFor(context, subscription, status))) {
    await stripe.subscriptions.cancel(subscription.id)
    return true
  }
  if (endsWithPeriod(subscription)) return false
  await releaseFromSchedule(context, subscription)
  await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true })
  return true
}

/**
 * Whether its time until the end of the period is the customer's. Where it is not, waiting would only go on asking the card for it (Stripe
 * does, whatever ends at the period's end) or stand in the way of a new subscription, for ever when it is paused. Ended now, its invoices
 * stay open and are collected no more (2.9).
 */
async function isPaidFor(
  context: ActionContext,
  { id, current_period_start: start }: SubscriptionRow,
  status: LiveStatus,
): Promise<boolean> {
  switch (status) {
    case 'active':
    case 'trialing':
      return true
    case 'past_due': {
      // The price of another seat alone may be what is due: then the period itself has been paid, on an invoice before.
      const paid = await context.stripe.invoices.list({ subscription: id, status: 'paid', limit: 100 })
      for (const invoice of paid.data) {
        const lines = await linesOf(context, invoice)
        if (lines.some((line) => paysForTimeAfter(line, start))) return true
      }
      return false
    }
    case 'unpaid':
    case 'paused':
    case 'incomplete':
      return false
    default:
      return status satisfies never
  }
}

/** A proration is the difference for a part of the time, and what was used is billed for time that is over. */
function paysForTimeAfter({ parent, period }: Stripe.InvoiceLineItem, moment: Date): boolean {
  return parent?.subscription_item_details?.proration === false && fromUnix(period.end) > moment
}

/**
 * Stripe lets nobody but its schedule say when a subscription with one ends. Released it stays as it is now, and what was planned for it
 * is dropped; an end that was planned stays until another one is set, so that a crash in between lets nothing go on for ever.
 */
async function releaseFromSchedule({ stripe }: ActionContext, { raw }: SubscriptionRow): Promise<void> {
  if (typeof raw !== 'object' || raw === null || !('schedule' in raw)) return
  const { schedule } = raw
  if (typeof schedule !== 'string') return
  try {
    await stripe.subscriptionSchedules.release(schedule, { preserve_cancel_date: true })
  } catch (error) {
    // One that is over holds nothing any more; whether the subscription is free is said when it is canceled.
    if (!saysNo(error)) throw error
  }
}

/** Stripe understood, and does not do it to what is there. A right that the key lacks is no such answer. */
function saysNo(error: unknown): boolean {
  const failure = stripeFailure(error)
  return failure === 'refused' || failure === 'absent'
}

/** The portal cancels by `cancel_at` in flexible billing mode, the API by the flag. */
function endsWithPeriod(subscription: SubscriptionRow): boolean {
  const { cancel_at_period_end, cancel_at, current_period_end } = subscription
  return cancel_at_period_end || (cancel_at !== null && cancel_at <= current_period_end)
}
