import { beforeAll, expect, test } from 'vitest'
import type { AppEventType } from '../../src/domain/app-events.ts'
import { lookAtDueOwners } from '../../src/jobs/access-by-time.ts'
import { EVENT_SCHEMAS } from '../../src/outbox/event-schemas.ts'
import type { Stripe } from '../../src/stripe/client.ts'
import { syncCatalogue } from '../../src/sync/catalogue.ts'
import { standingClock } from '../support/clock.ts'
import { mirror } from '../support/mirror.ts'
import { pay } from '../support/shop.ts'
import { addOwner, buy, deliver, drain, eventsOf, useSync } from '../support/sync-rig.ts'

const DAY_MS = 24 * 60 * 60_000
const clock = standingClock(new Date())
const rig = useSync({ clock })
let plan: Stripe.Price
let book: Stripe.Price

beforeAll(async () => {
  const product = await rig.stripe.products.create({
    name: 'Team',
    marketing_features: [{ name: 'Exports' }],
  })
  const asked = { product: product.id, unit_amount: 1_900, currency: 'usd' }
  plan = await rig.stripe.prices.create({ ...asked, recurring: { interval: 'month' } })
  book = await rig.stripe.prices.create(asked)
  await syncCatalogue(rig.context)
})

test('a subscription, a failed payment and a purchase with its refund are told in order, as their schemas say', async () => {
  const customer = await addOwner(rig, 'ann')
  await buy(rig, customer, book, '4000 0000 0000 0002')
  await settle(customer)
  const bought = await buy(rig, customer, book)
  await settle(customer)
  await rig.stripe.refunds.create({ payment_intent: String(bought.payment_intent) })
  await settle(customer)
  const { subscription } = await buy(rig, customer, plan)
  await settle(customer)
  await rig.stripe.subscriptions.cancel(String(subscription))
  await settle(customer)
  expect(await typesOf('ann')).toEqual([
    'payment.failed',
    'purchase.completed',
    'access.changed',
    'purchase.refunded',
    'access.changed',
    'subscription.activated',
    'access.changed',
    'subscription.canceled',
    'access.changed',
  ])
})

test('a disputed payment brings its dispute, which ends what it paid for when it is lost', async () => {
  const customer = await addOwner(rig, 'bob')
  await buy(rig, customer, plan, '4000 0000 0000 0259')
  await settle(customer)
  const [dispute] = await rowsOf('disputes', 'bob')
  expect(dispute).toMatchObject({ status: 'needs_response', amount_minor: 1_900, reason: 'fraudulent' })
  await rig.stripe.disputes.close(String(dispute?.id))
  await settle(customer)
  expect((await typesOf('bob')).filter((type) => !type.startsWith('subscription.'))).toEqual([
    'dispute.opened',
    'access.changed',
    'dispute.closed',
    'access.changed',
  ])
  expect(await rowsOf('disputes', 'bob')).toMatchObject([{ status: 'lost' }])
})

test('a warning of fraud is mirrored', async () => {
  const customer = await addOwner(rig, 'cid')
  await buy(rig, customer, book, '4000 0000 0000 5423')
  await settle(customer)
  expect(await rowsOf('fraud_warnings', 'cid')).toMatchObject([{ is_actionable: true }])
})

test('the end of a trial is told three days before it, without any news, once', async () => {
  const { db } = rig.database
  const trial_end = new Date(clock.now().getTime() + 14 * DAY_MS)
  await mirror.subscription(db, { id: 'sub_trial', owner_id: 'dot', status: 'trialing', trial_end })
  await db.query
    .insertInto('access')
    .values({ owner_id: 'dot', version: 0, look_again_at: clock.now() })
    .execute()
  await lookAtDueOwners(rig.context)
  clock.advance(11 * DAY_MS - 1)
  await lookAtDueOwners(rig.context)
  expect(await typesOf('dot')).toEqual([])
  clock.advance(1)
  await lookAtDueOwners(rig.context)
  await lookAtDueOwners(rig.context)
  expect(await typesOf('dot')).toEqual(['subscription.trial_ending'])
})

test('a subscription that pauses and goes on without a new invoice is told as active each time, once', async () => {
  const customer = await addOwner(rig, 'eve')
  const { subscription } = await buy(rig, customer, plan)
  await settle(customer)
  for (let time = 0; time < 2; time++) {
    await rig.stripe.subscriptions.pause(String(subscription), {
      bill_for: { unused_time_from: { type: 'none' } },
      invoicing_behavior: 'pending_invoice_item',
    })
    clock.advance(1_000)
    await settle(customer)
    await rig.stripe.subscriptions.resume(String(subscription), {
      billing_cycle_anchor: { type: 'unchanged' },
      proration_behavior: 'none',
    })
    clock.advance(1_000)
    await settle(customer)
    await settle(customer)
  }
  const states = await rowsOf('subscriptions', 'eve')
  expect(states).toMatchObject([{ status: 'active' }])
  const told = (await typesOf('eve')).filter((type) => type.startsWith('subscription.'))
  expect(told).toEqual(Array(3).fill('subscription.activated'))
})

test('each attempt that the buyer fails to authenticate is told, also where there is no charge, once', async () => {
  const customer = await addOwner(rig, 'gus')
  const session = await rig.stripe.checkout.sessions.create({
    ...{ mode: 'payment', customer, success_url: 'https://shop.example/success' },
    line_items: [{ price: book.id, quantity: 1 }],
  })
  for (let attempt = 0; attempt < 2; attempt++) {
    const asked = await pay(String(session.url), '4000 0027 6000 3184')
    const challenge = new URL(asked.headers.get('location') ?? '', session.url ?? '')
    const answer = new URLSearchParams({ answer: 'fail' })
    const headers = { Origin: challenge.origin }
    await fetch(challenge, { method: 'POST', body: answer, redirect: 'manual', headers })
    await settle(customer)
    await settle(customer)
  }
  expect(await rowsOf('payments', 'gus')).toMatchObject([{ status: 'requires_payment_method' }])
  expect(await typesOf('gus')).toEqual(['payment.failed', 'payment.failed'])
})

test('a refund that failed and was made again is told again', async () => {
  const customer = await addOwner(rig, 'fay')
  const bought = await buy(rig, customer, book, '4000 0000 0000 5126')
  await settle(customer)
  const asked = { payment_intent: String(bought.payment_intent), amount: 500 }
  await rig.stripe.refunds.create(asked)
  clock.advance(1_000)
  await settle(customer)
  await rig.sandbox.advance({ seconds: 10 })
  clock.advance(1_000)
  await settle(customer)
  expect(await rowsOf('payments', 'fay')).toMatchObject([{ amount_refunded_minor: 0 }])
  await rig.stripe.refunds.create(asked)
  clock.advance(1_000)
  await settle(customer)
  await settle(customer)
  expect((await typesOf('fay')).filter((type) => type === 'purchase.refunded')).toHaveLength(2)
})

let deliveries = 0
/** Rings every bell of the customer again, under ids that were never seen, with those that name only the payment. */
async function settle(customer: string): Promise<void> {
  const all = await rig.stripe.events.list({ limit: 100 }).autoPagingToArray({ limit: 1_000 })
  const unnamed = all.filter(({ type }) => /dispute|fraud/.test(type)).reverse()
  for (const event of [...(await eventsOf(rig, customer)), ...unnamed]) {
    await deliver(rig, { ...event, id: `${event.id}_${++deliveries}` })
  }
  await drain(rig)
}

/** In the order in which they were stored; each says what its schema says, and nothing more. */
async function typesOf(ownerId: string): Promise<string[]> {
  const rows = await rig.database.db.query
    .selectFrom('outbox')
    .select(['type', 'payload'])
    .where('owner_id', '=', ownerId)
    .orderBy('id')
    .execute()
  for (const { type, payload } of rows) {
    // What the outbox holds was written as a Transition.
    expect(EVENT_SCHEMAS[type as AppEventType].data.parse(payload)).toEqual(payload)
  }
  return rows.map(({ type }) => type)
}

async function rowsOf(table: 'disputes' | 'fraud_warnings' | 'payments' | 'subscriptions', ownerId: string) {
  return await rig.database.db.query.selectFrom(table).selectAll().where('owner_id', '=', ownerId).execute()
}
