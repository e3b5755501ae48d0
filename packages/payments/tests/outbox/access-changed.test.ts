import { beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../src/db/transaction.ts'
import { lookAtDueOwners } from '../../src/jobs/access-by-time.ts'
import { noticePolicy } from '../../src/jobs/policy-at-start.ts'
import type { Stripe } from '../../src/stripe/client.ts'
import { lookAgain } from '../../src/sync/access.ts'
import { BACKFILL_KINDS } from '../../src/sync/backfill/kinds.ts'
import { storePage } from '../../src/sync/backfill/store-page.ts'
import { syncCatalogue } from '../../src/sync/catalogue.ts'
import { standingClock } from '../support/clock.ts'
import { mirror } from '../support/mirror.ts'
import { accessToldOf, addOwner, buy, ringAgain, useSync } from '../support/sync-rig.ts'

const DAY_MS = 24 * 60 * 60_000
const clock = standingClock(new Date())
const rig = useSync({ clock })
const told = (ownerId: string) => accessToldOf(rig, ownerId)
const settle = (id: string, types?: string) => ringAgain(rig, id, types)
let price: Stripe.Price

beforeAll(async () => {
  const product = await rig.stripe.products.create({
    name: 'Team',
    marketing_features: [{ name: 'Exports' }],
  })
  const asked = { product: product.id, unit_amount: 1_900, currency: 'usd' }
  price = await rig.stripe.prices.create({ ...asked, recurring: { interval: 'month' } })
  await syncCatalogue(rig.context)
})

test('a new subscription brings its features, its cancellation takes them; a sync that changes nothing tells nothing', async () => {
  const customer = await addOwner(rig, 'ann')
  const session = await buy(rig, customer, price)
  await settle(customer)
  await settle(customer)
  expect(await told('ann')).toMatchObject([{ has_access: true, gained: ['Exports'], lost: [] }])

  await rig.stripe.subscriptions.cancel(String(session.subscription))
  await settle(customer)
  expect(await told('ann')).toMatchObject([
    { gained: ['Exports'] },
    { has_access: false, gained: [], lost: ['Exports'], grants: [{ reason: 'ended' }] },
  ])
})

test('the end of the grace is told once, without any news, by whoever looks', async () => {
  const { db } = rig.database
  await mirror.subscription(db, {
    ...{ id: 'sub_late', owner_id: 'bob', status: 'past_due' },
    current_period_start: clock.now(),
    product_ids: [String(price.product)],
  })
  await inTransaction(db, async (tx) => {
    await tx
      .insertInto('access')
      .values({ owner_id: 'bob', version: 0, look_again_at: clock.now() })
      .execute()
  })
  await lookAtDueOwners(rig.context)
  clock.advance(7 * DAY_MS - 1)
  await lookAtDueOwners(rig.context)
  expect(await told('bob')).toEqual([])
  clock.advance(1)
  await Promise.all([1, 2, 3].map(() => lookAtDueOwners(rig.context)))
  expect(await told('bob')).toMatchObject([{ has_access: false, lost: ['Exports'] }])
})

test('another grace is told to those whom it concerns, after the start that brings it', async () => {
  const { db } = rig.database
  await mirror.subscription(db, {
    ...{ id: 'sub_patient', owner_id: 'pam', status: 'past_due' },
    current_period_start: clock.now(),
    product_ids: [String(price.product)],
  })
  await mirror.subscription(db, { id: 'sub_good', owner_id: 'gus', product_ids: [String(price.product)] })
  for (const owner of ['pam', 'gus']) {
    await db.query
      .insertInto('access')
      .values({ owner_id: owner, version: 0, look_again_at: clock.now() })
      .execute()
  }
  await noticePolicy(rig.context)
  await lookAtDueOwners(rig.context)
  clock.advance(8 * DAY_MS)
  await lookAtDueOwners(rig.context)
  expect(await told('pam')).toMatchObject([{ has_access: false }])

  const patient = { ...rig.context, policy: { ...rig.context.policy, pastDueGraceDays: 30 } }
  for (let start = 0; start < 2; start++) await noticePolicy(patient)
  clock.advance(60_000)
  await lookAtDueOwners(patient)
  expect(await told('pam')).toMatchObject([{ has_access: false }, { has_access: true, gained: ['Exports'] }])
  expect(await told('gus')).toEqual([])
  clock.advance(23 * DAY_MS)
  await lookAtDueOwners(patient)
  expect((await told('pam')).at(-1)).toMatchObject({ has_access: false })
})

test('what a backfill finds is told to nobody', async () => {
  const customer = await addOwner(rig, 'cid')
  await buy(rig, customer, price)
  await fill(customer)
  await lookAtDueOwners(rig.context)
  await settle(customer)
  expect(await told('cid')).toEqual([])
})

test('the end of the grace is told once, also when a backfill comes before whoever looks', async () => {
  const customer = await late('dot')
  clock.advance(7 * DAY_MS)
  await fill(customer)
  await lookAtDueOwners(rig.context)
  // And then what the backfill brought: the last that is told is the truth.
  expect(await told('dot')).toMatchObject([
    { has_access: false, lost: ['Exports'] },
    { has_access: true, gained: ['Old'] },
  ])
})

test('the end of the grace is told once, also when nobody looks between a backfill and that', async () => {
  const customer = await late('eve')
  await fill(customer)
  clock.advance(7 * DAY_MS)
  await lookAtDueOwners(rig.context)
  expect(await told('eve')).toMatchObject([{ has_access: true, lost: ['Exports'], gained: [] }])
})

/** In grace, as the app knows, and with a plan of long ago that the mirror does not have. */
async function late(ownerId: string): Promise<string> {
  const customer = await addOwner(rig, ownerId)
  const product = await rig.stripe.products.create({ name: 'Old', marketing_features: [{ name: 'Old' }] })
  const asked = { product: product.id, unit_amount: 900, currency: 'usd' }
  await syncCatalogue(rig.context)
  await buy(rig, customer, await rig.stripe.prices.create(asked))
  await mirror.subscription(rig.database.db, {
    ...{ id: `sub_${ownerId}`, owner_id: ownerId, stripe_customer_id: customer, status: 'past_due' },
    ...{ current_period_start: clock.now(), product_ids: [String(price.product)] },
  })
  await lookAgain(rig.context, ownerId)
  return customer
}

/** Stores what Stripe lists of this customer, a page of each kind. */
async function fill(customer: string): Promise<void> {
  for (const kind of BACKFILL_KINDS) {
    const { objects } = await kind.page(rig.context, { created: { gte: 0, lt: 1e10 }, startingAfter: null })
    const ours = objects.filter(({ stripeCustomerId }) => stripeCustomerId === customer)
    await inTransaction(rig.database.db, (tx) => storePage(tx, rig.context, kind, ours, clock.now()))
  }
}
