import { beforeAll, expect, test } from 'vitest'
import { askNextOwners } from '../../src/db/queries/feature-news.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import { lookAtDueOwners } from '../../src/jobs/access-by-time.ts'
import type { Stripe } from '../../src/stripe/client.ts'
import { watchAccess } from '../../src/sync/access.ts'
import { syncCatalogue } from '../../src/sync/catalogue.ts'
import { standingClock } from '../support/clock.ts'
import { mirror } from '../support/mirror.ts'
import { accessToldOf, addOwner, buy, ringAgain, useSync } from '../support/sync-rig.ts'

const clock = standingClock(new Date())
const rig = useSync({ clock })
const told = (ownerId: string) => accessToldOf(rig, ownerId)
const settle = (id: string, types?: string) => ringAgain(rig, id, types)
const ASKED = { unit_amount: 1_900, currency: 'usd' }
let plan: Stripe.Price
let book: Stripe.Price

beforeAll(async () => {
  plan = await sell('Team', 'Exports', true)
  book = await sell('Book', 'Chapters', false)
  await syncCatalogue(rig.context)
})

async function sell(name: string, feature: string, recurring: boolean): Promise<Stripe.Price> {
  const product = await rig.stripe.products.create({ name, marketing_features: [{ name: feature }] })
  const interval = { recurring: { interval: 'month' as const } }
  return await rig.stripe.prices.create({ ...ASKED, product: product.id, ...(recurring && interval) })
}

test('who was moved to a plan that is not mirrored yet is told his features when its product comes', async () => {
  const { customer, product } = await moveToNewPlan('ann')
  await settle(customer)
  expect(await told('ann')).toMatchObject([{ gained: ['Exports'] }])
  await settle(product, 'product.')
  await lookAtDueOwners(rig.context)
  await lookAtDueOwners(rig.context)
  expect(await told('ann')).toMatchObject([
    { gained: ['Exports'] },
    { has_access: true, features: [{ name: 'Audits' }], gained: ['Audits'], lost: ['Exports'] },
  ])
})

test('where the product does not come, what is true without it is told after a minute', async () => {
  const { customer } = await moveToNewPlan('fay')
  await settle(customer)
  await lookAgainLater()
  expect(await told('fay')).toMatchObject([{ gained: ['Exports'] }, { gained: [], lost: ['Exports'] }])
})

/** From a plan that is mirrored to one that was made just now. */
async function moveToNewPlan(owner: string): Promise<{ customer: string; product: string }> {
  const customer = await addOwner(rig, owner)
  const { subscription } = await buy(rig, customer, plan)
  await settle(customer)
  const better = await sell('Business', 'Audits', true)
  const { items } = await rig.stripe.subscriptions.retrieve(String(subscription))
  const changed = [{ id: String(items.data[0]?.id), price: better.id }]
  await rig.stripe.subscriptions.update(String(subscription), { items: changed })
  return { customer, product: String(better.product) }
}

test('features that were edited are told to those who have the product, by subscription or purchase, and to nobody else', async () => {
  const [subscriber, buyer, former] = [
    await addOwner(rig, 'bob'),
    await addOwner(rig, 'cid'),
    await addOwner(rig, 'dot'),
  ]
  await buy(rig, subscriber, plan)
  await buy(rig, buyer, book)
  const { subscription } = await buy(rig, former, plan)
  await rig.stripe.subscriptions.cancel(String(subscription))
  for (const each of [subscriber, buyer, former]) await settle(each)
  await lookAgainLater()
  for (const { product } of [plan, book]) {
    await rig.stripe.products.update(String(product), { marketing_features: [{ name: 'Search' }] })
    await settle(String(product), 'product.')
  }
  expect(await due()).toEqual([])
  await lookAtDueOwners(rig.context)
  for (const [owner, feature] of [
    ['bob', 'Exports'],
    ['cid', 'Chapters'],
  ] as const) {
    expect((await told(owner)).slice(1)).toMatchObject([{ gained: ['Search'], lost: [feature] }])
  }
  expect(await told('dot')).toEqual([])
  await lookAgainLater()
  expect(await rig.database.db.query.selectFrom('feature_news').selectAll().execute()).toEqual([])
})

test('of thousands of owners those are asked who have the product, whatever their ids', async () => {
  const { db } = rig.database
  await mirror.product(db, { id: 'prod_many' })
  // Every third has it.
  await db.pool.query(`
    insert into billhook.access (owner_id, version) select 'many_' || n, 0 from generate_series(1, 2500) n;
    insert into billhook.subscriptions (id, owner_id, stripe_customer_id, status, price_id, product_id, product_ids, currency,
        current_period_start, current_period_end, cancel_at_period_end, stripe_created_at, raw, synced_at)
      select 'sub_many_' || n, 'many_' || n, 'cus_many', 'active', 'price_1', 'prod_many',
        case when n % 3 = 0 then '{prod_other,prod_many}' else '{prod_other}' end::text[], 'usd', now(), now(), false, now(), '{}', now()
      from generate_series(1, 2500) n`)
  await db.query
    .insertInto('feature_news')
    .values({ product_id: 'prod_many', asked_up_to: '', due_at: clock.now() })
    .execute()
  let steps = 0
  while (await askNextOwners(db, clock.now())) steps++
  expect(steps).toBeGreaterThan(2)
  expect(await due()).toHaveLength(833)
  await db.pool.query(`delete from billhook.access where owner_id like 'many%'`)
})

test('an owner whose first sync read the old features is told the new ones, also when it commits last', async () => {
  const { db } = rig.database
  await mirror.product(db, { id: 'prod_racing', features: '["Before"]' })
  const write = (features: string) =>
    db.query.updateTable('products').set({ features }).where('id', '=', 'prod_racing').execute()
  await inTransaction(db, async (tx) => {
    const watch = await watchAccess(tx, rig.context, 'eve', clock.now())
    const row = { id: 'sub_racing', owner_id: 'eve', product_ids: ['prod_racing'] }
    await mirror.subscription({ ...db, query: tx }, row)
    const settled = await watch.settle(tx)
    // Meanwhile, and asked before this is committed.
    await db.query
      .insertInto('feature_news')
      .values({ product_id: 'prod_racing', asked_up_to: '', due_at: clock.now() })
      .execute()
    await write('["After"]')
    await lookAtDueOwners(rig.context)
    await settled.store()
  })
  await lookAgainLater()
  expect(await told('eve')).toMatchObject([{ gained: ['After'], lost: ['Before'] }])
})

/** Behind the second round over all owners. */
async function lookAgainLater(): Promise<void> {
  clock.advance(60_000)
  await lookAtDueOwners(rig.context)
}

async function due(): Promise<unknown[]> {
  return await rig.database.db.query
    .selectFrom('access')
    .select('owner_id')
    .where('look_again_at', '<=', clock.now())
    .execute()
}
