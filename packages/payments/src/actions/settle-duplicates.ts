import type { Tx } from '../db/connect.ts'
import {
  beginSettling,
  type DuplicateRow,
  findDueDuplicate,
  finishDuplicate,
  goToTheEnd,
  listDueDuplicates,
  waitWithDuplicate,
} from '../db/queries/duplicate-subscriptions.ts'
import { listRefundablePayments } from '../db/queries/newest-invoice.ts'
import { findSubscription, type SubscriptionRow } from '../db/queries/subscriptions.ts'
import type { Doorbell } from '../domain/doorbell.ts'
import { blocksSecondSubscription } from '../domain/subscription-status.ts'
import { isRefusal } from '../stripe/errors.ts'
import { idempotencyKey } from '../stripe/idempotency.ts'
import { syncGroup } from '../sync/sync-group.ts'
import { withCustomerLease } from '../sync/with-customer-lease.ts'
import type { ActionContext } from './context.ts'
import { type Decision, decideDuplicate, mayStillBePaid } from './decide-duplicate.ts'
import { eachByItself } from './each-by-itself.ts'

const AT_A_TIME = 20

/*
 * What is done about an owner who has more than one subscription that has not ended (I6). Told and recorded it is by the sync that found
 * it; here the policy is applied, by one replica at a time for one customer (its lease), once:
 *
 *   found ──alert──▶ left
 *     │ ▲ cancel-newer-and-refund: whether the oldest one is paid for is not known yet ──▶ looked at again, an hour later
 *     │ └──────────────────────────────────────────────────────────────────────────────────────┘
 *     │ the oldest one is paid for and goes on
 *     ▼
 *   settling: which ones end is in the row before Stripe is asked ──▶ canceled ──▶ newest invoice refunded ──▶ synced ──▶ settled
 *       ▲                                                                │           └─ Stripe refuses ──▶ synced ──▶ left
 *       └── looked at again, an hour later ◀── its payment is on its way ┘
 *
 * A crash anywhere repeats the same requests under keys of the row. What Stripe remembers no longer is asked of the mirror, which is
 * synced first: an ended subscription is not canceled, a refunded payment not refunded. An owner whose oldest subscription is not
 * paid for (on trial, past due, incomplete, unpaid, paused, its debit failed) or ends by plan keeps both: ending the newer one could leave
 * him with nothing. What was begun is carried through whatever the policy is by then: half of it would be an end without its refund.
 */
export async function settleDuplicates(context: ActionContext, signal: AbortSignal): Promise<void> {
  const { db, clock, policy } = context
  await eachByItself(await listDueDuplicates(db.query, clock.now(), AT_A_TIME), signal, async (duplicate) => {
    if (!(await goToTheEnd(db.query, duplicate.id, clock.now()))) return
    if (duplicate.status === 'settling') return await settle(context, duplicate)
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
  const { db, clock } = context
  const known = await rowsOf(context, listed.subscription_ids)
  const [first] = known
  if (!first || known.some((row) => row.stripe_customer_id !== first.stripe_customer_id)) {
    // Of two customers of one owner: which one is right, a person has to say.
    return await finishDuplicate(db.query, listed.id, 'left', 'they are of different customers', clock.now())
  }
  const owner = { ownerId: listed.owner_id, stripeCustomerId: first.stripe_customer_id }
  await withCustomerLease(context, owner.stripeCustomerId, async (lease) => {
    // Under the lease: another process may have done it since it was listed.
    const duplicate = await findDueDuplicate(db.query, listed.id, clock.now())
    if (!duplicate) return
    const isBegun = duplicate.status === 'settling'
    const asked = isBegun ? known.filter(({ id }) => duplicate.ended_ids.includes(id)) : known
    await syncGroup(context, lease, owner, bellsOf(asked))
    const rows = await rowsOf(context, duplicate.subscription_ids)
    const decision: Decision = isBegun
      ? { verdict: 'end', ids: duplicate.ended_ids }
      : await decideDuplicate(db.query, rows)
    switch (decision.verdict) {
      case 'leave':
        return await finishDuplicate(db.query, duplicate.id, 'left', decision.note, clock.now())
      case 'wait':
        return await waitWithDuplicate(db.query, duplicate.id, decision.note, clock.now())
      case 'end': {
        await beginSettling(db.query, duplicate.id, decision.ids)
        const ended = await endAll(
          context,
          duplicate,
          rows.filter(({ id }) => decision.ids.includes(id)),
        )
        await syncGroup(context, lease, owner, ended.changed, (tx, now) =>
          conclude(tx, duplicate, ended, now),
        )
        return tell(context, duplicate, decision.ids, ended)
      }
      default:
        decision satisfies never
    }
  })
}

interface Ended {
  /** What there is to fetch. */
  changed: Doorbell[]
  /** What Stripe will not do: refund a payment that is disputed, or of a method without refunds, or what the key may not. */
  refused: string[]
  /** Ids of subscriptions for which money may still come. */
  waiting: string[]
}

async function endAll(
  context: ActionContext,
  duplicate: DuplicateRow,
  rows: readonly SubscriptionRow[],
): Promise<Ended> {
  const ended: Ended = { changed: [], refused: [], waiting: [] }
  for (const row of rows) await endAtStripe(context, duplicate, row, ended)
  return ended
}

async function endAtStripe(
  { db, stripe, installationId }: ActionContext,
  duplicate: DuplicateRow,
  row: SubscriptionRow,
  ended: Ended,
): Promise<void> {
  if (blocksSecondSubscription(row.status)) {
    const key = idempotencyKey(installationId, 'end-duplicate', `${duplicate.id}:${row.id}`)
    const parameters = { prorate: false, invoice_now: false }
    const end = stripe.subscriptions.cancel(row.id, parameters, { idempotencyKey: key })
    ended.changed.push(...bellsOf([row]))
    if ((await unlessRefused(end)) === null) return void ended.refused.push(`end ${row.id}`)
  }
  // A debit that is on its way goes through although its subscription has ended.
  if (await mayStillBePaid(db.query, row)) return void ended.waiting.push(row.id)
  for (const payment of await listRefundablePayments(db.query, row)) {
    const key = idempotencyKey(installationId, 'refund-duplicate', `${duplicate.id}:${payment}`)
    const parameters = { payment_intent: payment, reason: 'duplicate' } as const
    const refund = await unlessRefused(stripe.refunds.create(parameters, { idempotencyKey: key }))
    ended.changed.push(...bellsOf([row]))
    if (refund === null) ended.refused.push(`refund ${payment}`)
    else ended.changed.push({ resource: 'refund', id: refund.id })
  }
}

async function conclude(tx: Tx, { id }: DuplicateRow, { refused, waiting }: Ended, now: Date): Promise<void> {
  if (waiting.length > 0)
    return await waitWithDuplicate(tx, id, `the payment of ${waiting.join(', of ')} is on its way`, now)
  if (refused.length === 0) return await finishDuplicate(tx, id, 'settled', null, now)
  await finishDuplicate(tx, id, 'left', `Stripe refuses to ${refused.join(', to ')}`, now)
}

function tell(
  { log }: ActionContext,
  { owner_id: ownerId, status }: DuplicateRow,
  endedIds: readonly string[],
  { refused, waiting }: Ended,
): void {
  const line = { ownerId, ended: endedIds, refused, waiting }
  if (waiting.length > 0) {
    // The looks after the first one have nothing new to tell.
    if (status === 'found')
      log.warn(line, 'A newer subscription was ended: it is refunded when its payment has come')
  } else if (refused.length > 0) log.error(line, 'A newer subscription has to be ended or refunded by hand')
  else log.warn(line, 'A newer subscription was ended and refunded')
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
