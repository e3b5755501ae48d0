import {
  beginSettling,
  type DuplicateRow,
  findOpenDuplicate,
  finishDuplicate,
  listOpenDuplicates,
  listRefundablePayments,
} from '../db/queries/duplicate-subscriptions.ts'
import { findSubscription, type SubscriptionRow } from '../db/queries/subscriptions.ts'
import type { Doorbell } from '../domain/doorbell.ts'
import { blocksSecondSubscription } from '../domain/subscription-status.ts'
import { isRefusal } from '../stripe/errors.ts'
import { idempotencyKey } from '../stripe/idempotency.ts'
import { syncGroup } from '../sync/sync-group.ts'
import { withCustomerLease } from '../sync/with-customer-lease.ts'
import type { ActionContext } from './context.ts'
import { eachByItself } from './each-by-itself.ts'

const AT_A_TIME = 20

/*
 * What is done about an owner who has more than one subscription that has not ended (I6). Told and recorded it is by the sync that found
 * it; here the policy is applied, by one replica at a time for one customer (its lease), once:
 *
 *   found ──alert──▶ left
 *     │ cancel-newer-and-refund, and the oldest one is paid for and goes on
 *     ▼
 *   settling: which ones end is in the row before Stripe is asked ──▶ canceled ──▶ newest invoice refunded ──▶ synced ──▶ settled
 *                                                                                    └─ Stripe refuses ──▶ synced ──▶ left
 *
 * A crash anywhere repeats the same requests under keys of the row. What Stripe remembers no longer is asked of the mirror, which is
 * synced first: an ended subscription is not canceled, a refunded payment not refunded. An owner whose oldest subscription is not
 * paid for (on trial, past due, incomplete, unpaid, paused) or ends by plan keeps both: ending the newer one could leave him with nothing.
 */
export async function settleDuplicates(context: ActionContext, signal: AbortSignal): Promise<void> {
  const { db, clock, policy } = context
  await eachByItself(await listOpenDuplicates(db.query, AT_A_TIME), signal, async (duplicate) => {
    switch (policy.duplicates) {
      case 'alert':
        return await finishDuplicate(db.query, duplicate.id, 'left', 'the policy is to alert', clock.now())
      case 'cancel-newer-and-refund':
        return await settle(context, duplicate)
      default:
        policy.duplicates satisfies never
    }
  })
}

async function settle(context: ActionContext, listed: DuplicateRow): Promise<void> {
  const { db, clock, log } = context
  const known = await rowsOf(context, listed.subscription_ids)
  const [first] = known
  if (!first || known.some((row) => row.stripe_customer_id !== first.stripe_customer_id)) {
    // Of two customers of one owner: which one is right, a person has to say.
    return await finishDuplicate(db.query, listed.id, 'left', 'they are of different customers', clock.now())
  }
  const owner = { ownerId: listed.owner_id, stripeCustomerId: first.stripe_customer_id }
  await withCustomerLease(context, owner.stripeCustomerId, async (lease) => {
    // Under the lease: another process may have done it since it was listed.
    const duplicate = await findOpenDuplicate(db.query, listed.id)
    if (!duplicate) return
    await syncGroup(context, lease, owner, bellsOf(known))
    const rows = await rowsOf(context, duplicate.subscription_ids)
    const decision = duplicate.status === 'settling' ? duplicate.ended_ids : decide(rows)
    if (typeof decision === 'string') {
      return await finishDuplicate(db.query, duplicate.id, 'left', decision, clock.now())
    }
    await beginSettling(db.query, duplicate.id, decision)
    const changed: Doorbell[] = bellsOf(rows)
    const refused: string[] = []
    for (const row of rows.filter(({ id }) => decision.includes(id))) {
      const ended = await endAtStripe(context, duplicate, row)
      changed.push(...ended.refunds)
      refused.push(...ended.refused)
    }
    const [status, note] =
      refused.length === 0
        ? (['settled', null] as const)
        : (['left', `Stripe refuses to ${refused.join(', to ')}`] as const)
    await syncGroup(context, lease, owner, changed, (tx, now) =>
      finishDuplicate(tx, duplicate.id, status, note, now),
    )
    const line = { ownerId: duplicate.owner_id, ended: decision, refused }
    if (note === null) log.warn(line, 'A newer subscription was ended and refunded')
    else log.error(line, 'A newer subscription has to be ended or refunded by hand')
  })
}

/** Ids of those to end, or why there are none. `rows` are oldest first. */
function decide(rows: readonly SubscriptionRow[]): string[] | string {
  const [oldest, ...newer] = rows.filter(({ status }) => blocksSecondSubscription(status))
  if (!oldest || newer.length === 0) return 'one was left when it was looked at again'
  if (oldest.status !== 'active') return `the oldest one is ${oldest.status}`
  if (oldest.cancel_at_period_end || oldest.cancel_at !== null) return 'the oldest one ends by plan'
  if (isCollectionPaused(oldest)) return 'the oldest one collects no payments'
  return newer.map(({ id }) => id)
}

function isCollectionPaused({ raw }: SubscriptionRow): boolean {
  return typeof raw === 'object' && raw !== null && 'pause_collection' in raw && raw.pause_collection !== null
}

interface Ended {
  /** What there is to fetch besides. */
  refunds: Doorbell[]
  /** What Stripe will not do: refund a payment that is disputed, or of a method without refunds, or what the key may not. */
  refused: string[]
}

async function endAtStripe(
  context: ActionContext,
  duplicate: DuplicateRow,
  row: SubscriptionRow,
): Promise<Ended> {
  const { db, stripe, installationId } = context
  const ended: Ended = { refunds: [], refused: [] }
  if (blocksSecondSubscription(row.status)) {
    const key = idempotencyKey(installationId, 'end-duplicate', `${duplicate.id}:${row.id}`)
    const parameters = { prorate: false, invoice_now: false }
    const end = stripe.subscriptions.cancel(row.id, parameters, { idempotencyKey: key })
    if ((await unlessRefused(end)) === null) return { ...ended, refused: [`end ${row.id}`] }
  }
  for (const payment of await listRefundablePayments(db.query, row)) {
    const key = idempotencyKey(installationId, 'refund-duplicate', `${duplicate.id}:${payment}`)
    const parameters = { payment_intent: payment, reason: 'duplicate' } as const
    const refund = await unlessRefused(stripe.refunds.create(parameters, { idempotencyKey: key }))
    if (refund === null) ended.refused.push(`refund ${payment}`)
    else ended.refunds.push({ resource: 'refund', id: refund.id })
  }
  return ended
}

/** Null when Stripe refuses: asked again it would say no again, for ever. */
async function unlessRefused<T>(request: Promise<T>): Promise<T | null> {
  try {
    return await request
  } catch (error) {
    if (!isRefusal(error)) throw error
    return null
  }
}

async function rowsOf({ db }: ActionContext, ids: readonly string[]): Promise<SubscriptionRow[]> {
  const rows = await Promise.all(ids.map((id) => findSubscription(db.query, id)))
  return rows
    .flatMap((row) => row ?? [])
    .sort((a, b) => a.stripe_created_at.getTime() - b.stripe_created_at.getTime() || (a.id < b.id ? -1 : 1))
}

/** Each with its newest invoice, which brings its payments. */
function bellsOf(rows: readonly SubscriptionRow[]): Doorbell[] {
  return rows.flatMap(({ id, latest_invoice_id: invoice }): Doorbell[] => [
    { resource: 'subscription', id },
    ...(invoice === null ? [] : [{ resource: 'invoice' as const, id: invoice }]),
  ])
}
