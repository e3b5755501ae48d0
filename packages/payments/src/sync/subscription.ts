import type { Tx } from '../db/connect.ts'
import { findInvoiceFacts } from '../db/queries/invoices.ts'
import { upsertRow } from '../db/queries/mirror-row.ts'
import {
  findSubscription,
  findSubscriptionFacts,
  type NewSubscriptionRow,
} from '../db/queries/subscriptions.ts'
import { together } from '../db/transaction.ts'
import type { Doorbell } from '../domain/doorbell.ts'
import { subscriptionTransitions, type Transition } from '../domain/transitions.ts'
import type { Stripe } from '../stripe/client.ts'
import { isAbsent } from '../stripe/errors.ts'
import { fromUnix, fromUnixOrNull, idOf, rawJson } from './adapt.ts'
import type { SyncContext } from './context.ts'
import type { Fetched, Owner, WriteScope } from './fetched.ts'
import { inOwnCurrency, ownAmount } from './own-currency.ts'

/** One subscription. Its status is kept as Stripe says it, also one that we do not know. */
export async function fetchSubscription(context: SyncContext, id: string, owner: Owner): Promise<Fetched> {
  try {
    const subscription = await context.stripe.subscriptions.retrieve(id)
    const fetched = fetchedSubscription(await inOwnCurrency(context.stripe, subscription))
    return { ...fetched, related: await overdueInvoice(context, subscription) }
  } catch (error) {
    if (!isAbsent(error)) throw error
    // A wrong key makes everything absent and must end nobody's subscription (I12): its customer has to be there.
    await context.stripe.customers.retrieve(owner.stripeCustomerId)
    return { related: [], write: (tx, scope) => endVanished(tx, id, scope) }
  }
}

/** The same from an answer that has the whole subscription in it, once it is in its own currency. */
export function fetchedSubscription(subscription: Stripe.Subscription): Fetched {
  return {
    stripeCustomerId: idOf(subscription.customer),
    happenedBy: stateSince(subscription),
    related: [],
    write: (tx, scope) => writeSubscription(tx, adaptSubscription(subscription, scope), scope),
  }
}

/** It is past due since its period began, and paid up since it was made: whether it was paused in between, nobody can say. */
function stateSince({ status, created, items }: Stripe.Subscription): number {
  const periods = items.data.map((item) => item.current_period_start)
  return status === 'past_due' ? Math.max(created, ...periods) : created
}

/**
 * The invoice that made it past due, as long as the mirror does not know it as more than a draft: the grace counts from it, and its own events
 * may come later than those of the subscription. Nothing else becomes open.
 */
export async function overdueInvoice(
  { db }: Pick<SyncContext, 'db'>,
  { status, latest_invoice }: Stripe.Subscription,
): Promise<Doorbell[]> {
  const id = idOf(latest_invoice)
  if (status !== 'past_due' || id === null) return []
  const known = await findInvoiceFacts(db.query, id)
  return known === null || known.status === 'draft' ? [{ resource: 'invoice', id }] : []
}

/** Field paths of 2026-10-28.endive: periods live on the items since basil; flexible billing gives each item its own. */
export function adaptSubscription(subscription: Stripe.Subscription, scope: WriteScope): NewSubscriptionRow {
  const items = subscription.items.data
  const [item] = items
  if (!item) throw new Error(`Subscription ${subscription.id} has no items`)
  const { price } = item
  return {
    id: subscription.id,
    owner_id: scope.ownerId,
    stripe_customer_id: scope.stripeCustomerId,
    status: subscription.status,
    price_id: price.id,
    product_id: idOf(price.product) ?? '',
    product_ids: [...new Set(items.flatMap((each) => idOf(each.price.product) ?? []))],
    plan_nickname: price.nickname ?? null,
    unit_amount_minor: ownAmount(subscription, price),
    currency: subscription.currency,
    interval: price.recurring?.interval ?? null,
    quantity: item.quantity ?? null,
    current_period_start: fromUnix(item.current_period_start),
    current_period_end: fromUnix(Math.max(...items.map((each) => each.current_period_end))),
    cancel_at_period_end: subscription.cancel_at_period_end,
    cancel_at: fromUnixOrNull(subscription.cancel_at),
    canceled_at: fromUnixOrNull(subscription.canceled_at),
    ended_at: fromUnixOrNull(subscription.ended_at),
    trial_end: fromUnixOrNull(subscription.trial_end),
    latest_invoice_id: idOf(subscription.latest_invoice),
    stripe_created_at: fromUnix(subscription.created),
    raw: rawJson(subscription),
    synced_at: scope.now,
  }
}

async function writeSubscription(tx: Tx, row: NewSubscriptionRow, scope: WriteScope): Promise<Transition[]> {
  const [before] = await together(tx, [
    findSubscriptionFacts(tx, row.id),
    upsertRow(tx, 'subscriptions', row),
  ])
  return subscriptionTransitions(before, row, scope.now)
}

/** Only test data vanishes at Stripe. What we knew of it stays, ended. */
async function endVanished(tx: Tx, id: string, scope: WriteScope): Promise<Transition[]> {
  const before = await findSubscription(tx, id)
  if (!before || before.stripe_customer_id !== scope.stripeCustomerId || before.ended_at) return []
  const { now } = scope
  const row = {
    ...before,
    raw: JSON.stringify(before.raw),
    status: 'canceled',
    ended_at: now,
    synced_at: now,
  }
  await upsertRow(tx, 'subscriptions', row)
  return subscriptionTransitions(before, row, now)
}
