import { findCheckoutSession } from '../../src/db/queries/checkout-sessions.ts'
import { findCustomerByStripeId } from '../../src/db/queries/customers.ts'
import { findDispute } from '../../src/db/queries/disputes.ts'
import { type DriftRow, listDrift } from '../../src/db/queries/drift.ts'
import { findInvoice, listInvoicePayments } from '../../src/db/queries/invoices.ts'
import { findPayment } from '../../src/db/queries/payments.ts'
import { findRefund } from '../../src/db/queries/refunds.ts'
import { findSubscription } from '../../src/db/queries/subscriptions.ts'
import { differences } from '../../src/domain/drift.ts'
import { readFeed, readUndelivered } from '../../src/reconcile/event-feed.ts'
import { settleSuspects } from '../../src/reconcile/settle-suspects.ts'
import { sweep } from '../../src/reconcile/sweep.ts'
import type { Stripe } from '../../src/stripe/client.ts'
import { expanded } from '../../src/sync/adapt.ts'
import { adaptCheckoutSession } from '../../src/sync/checkout-session.ts'
import { adaptDispute } from '../../src/sync/dispute.ts'
import { adaptInvoice, adaptInvoicePayments } from '../../src/sync/invoice.ts'
import { inOwnCurrency } from '../../src/sync/own-currency.ts'
import { adaptPayment } from '../../src/sync/payment.ts'
import { adaptRefund } from '../../src/sync/refund.ts'
import { adaptSubscription } from '../../src/sync/subscription.ts'
import { takeFromFeed } from '../../src/webhooks/take-from-feed.ts'
import type { StandingClock } from './clock.ts'
import type { SyncRig } from './sync-rig.ts'

export const GRACE_MS = 2 * 60_000
const NEVER = new AbortController().signal

/** One look of the feed, as the job takes it. Returns how many events were new. */
export async function feed(rig: SyncRig, options = { isOnly: false }): Promise<number> {
  return (await readFeed(feedContext(rig), options, NEVER)) ?? 0
}

export async function feedUndelivered(rig: SyncRig): Promise<number> {
  return (await readUndelivered(feedContext(rig), NEVER)) ?? 0
}

export function feedContext(rig: SyncRig) {
  const { context } = rig
  return Object.assign(Object.create(context), context, {
    takeIn: (listed: readonly Stripe.Event[], wasMissed: boolean) =>
      takeFromFeed({ ...context, livemode: false }, listed, wasMissed),
  }) as typeof context & Parameters<typeof readFeed>[0]
}

/** Puts the local Stripe's time forward by so much, and ours to it. */
export async function letPass(rig: SyncRig, clock: StandingClock, seconds: number): Promise<void> {
  await rig.sandbox.advance({ seconds })
  clock.set(stripeNow(rig))
}

export function stripeNow({ sandbox }: SyncRig): Date {
  return new Date(sandbox.now() * 1000)
}

/** A whole sweep, the grace, and the repair of what it suspects. */
export async function sweepAndSettle(rig: SyncRig, clock: StandingClock): Promise<void> {
  await sweep(rig.context, { everyMs: 0, graceMs: GRACE_MS }, NEVER)
  clock.advance(GRACE_MS)
  await settleSuspects(rig.context, NEVER)
}

export async function driftOf(rig: SyncRig, ownerId: string): Promise<DriftRow[]> {
  return (await listDrift(rig.database.db.query, { ownerId, limit: 1_000 })).reverse()
}

type ComparedRig = Pick<SyncRig, 'stripe'> & { database: Pick<SyncRig['database'], 'db'> }

/** `resource id` of everything of one owner at Stripe of which the mirror says something else. */
export async function differing(rig: ComparedRig, ownerId: string, customer: string): Promise<string[]> {
  const { stripe } = rig
  const { query } = rig.database.db
  const scope = { ownerId, stripeCustomerId: customer, now: new Date(0) }
  const paging = { customer, limit: 100 }
  const found: [string, object | null, object][] = []

  for await (const each of stripe.subscriptions.list({ ...paging, status: 'all' })) {
    found.push([
      `subscription ${each.id}`,
      await findSubscription(query, each.id),
      adaptSubscription(await inOwnCurrency(stripe, each), scope),
    ])
  }
  for await (const each of stripe.invoices.list({ ...paging, expand: ['data.payments'] })) {
    const row = await findInvoice(query, each.id)
    const payments = adaptInvoicePayments(each, each.payments?.data ?? [], scope.now)
    const asStored = payments.map(({ id, payment_id, status, amount_paid_minor }) => ({
      id,
      payment_id,
      status,
      amount_paid_minor,
    }))
    const mirror = row && { ...row, payments: await listInvoicePayments(query, each.id) }
    found.push([`invoice ${each.id}`, mirror, { ...adaptInvoice(each, scope), payments: asStored }])
  }
  for await (const each of stripe.paymentIntents.list({ ...paging, expand: ['data.latest_charge'] })) {
    const charge = expanded<Stripe.Charge>(each.latest_charge)
    found.push([`payment ${each.id}`, await findPayment(query, each.id), adaptPayment(each, charge, scope)])
    for await (const refund of stripe.refunds.list({ payment_intent: each.id, limit: 100 })) {
      found.push([`refund ${refund.id}`, await findRefund(query, refund.id), adaptRefund(refund, scope)])
    }
    for await (const dispute of stripe.disputes.list({ payment_intent: each.id, limit: 100 })) {
      found.push([
        `dispute ${dispute.id}`,
        await findDispute(query, dispute.id),
        adaptDispute(dispute, scope),
      ])
    }
  }
  for await (const each of stripe.checkout.sessions.list({ ...paging, expand: ['data.line_items'] })) {
    const row = await findCheckoutSession(query, each.id)
    found.push([
      `checkout_session ${each.id}`,
      row,
      adaptCheckoutSession(each, each.line_items?.data ?? [], scope),
    ])
  }
  const atStripe = await stripe.customers.retrieve(customer)
  const row = await findCustomerByStripeId(query, customer)
  if (!atStripe.deleted && row)
    found.push([`customer ${customer}`, { email: row.email }, { email: atStripe.email ?? row.email }])

  return found
    .filter(([, mirror, stripe]) => differences({ ...mirror }, { ...stripe }).length > 0)
    .map(([name]) => name)
}
