import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { syncCatalogue } from '../../src/sync/catalogue.ts'
import { deliver, drain, useSync } from '../support/sync-rig.ts'

const rig = useSync()

beforeEach(async () => {
  await rig.database.db.pool.query(
    'truncate billhook.products, billhook.prices, billhook.plans restart identity',
  )
})

afterEach(() => {
  rig.network.weather = () => 'fine'
})

async function plans() {
  const { query } = rig.database.db
  return await query.selectFrom('plans').selectAll().orderBy('id').execute()
}

async function sell(options: { name?: string; amountMinor?: number } = {}) {
  const { name = 'Basic', amountMinor = 900 } = options
  const product = await rig.stripe.products.create({
    name,
    marketing_features: [{ name: 'Ten projects' }, { name: 'Support' }],
  })
  const price = await rig.stripe.prices.create({
    ...{ product: product.id, unit_amount: amountMinor, currency: 'usd', recurring: { interval: 'month' } },
  })
  return { product, price }
}

async function tell(type: string, id: string) {
  await deliver(rig, {
    ...{ id: `evt_${randomBytes(8).toString('hex')}`, object: 'event', api_version: null, livemode: false },
    ...{ type, created: Math.floor(Date.now() / 1000), data: { object: { id } } },
  })
  await drain(rig)
}

test('a recurring price becomes a plan with the name and the features of its product', async () => {
  const { price } = await sell({ name: 'Basic', amountMinor: 900 })
  await syncCatalogue(rig.context)
  const plan = (await plans()).find((each) => each.stripe_price_id === price.id)
  expect(plan).toMatchObject({
    ...{ name: 'Basic', amount_minor: 900, currency: 'usd', interval: 'month', interval_count: 1 },
    ...{ features: ['Ten projects', 'Support'], is_active: true },
  })
})

test('a plan keeps its number through every sync, and numbers have no holes', async () => {
  await sell()
  await syncCatalogue(rig.context)
  const before = (await plans()).map((plan) => [plan.id, plan.stripe_price_id])
  await syncCatalogue(rig.context)
  const { price } = await sell({ name: 'Later' })
  await syncCatalogue(rig.context)
  const after = (await plans()).map((plan) => [plan.id, plan.stripe_price_id])
  expect(after).toEqual([...before, [before.length + 1, price.id]])
})

test('one-time, tiered and metered prices are mirrored and are no plans', async () => {
  const { product, price: usual } = await sell()
  const oneTime = await rig.stripe.prices.create({ product: product.id, unit_amount: 100, currency: 'usd' })
  const { store } = rig.sandbox.context
  const sold = store.get('price', usual.id)
  if (!sold?.recurring) throw new Error('what is sold here recurs')
  const amount = { unit_amount: null, unit_amount_decimal: null }
  // Put there by hand: the local Stripe has no call that makes them.
  const tiered = { ...sold, ...amount, id: 'price_tiered', billing_scheme: 'tiered', tiers_mode: 'graduated' }
  const metered = {
    ...sold,
    ...amount,
    id: 'price_metered',
    recurring: { ...sold.recurring, usage_type: 'metered', meter: 'mtr_1' },
  }
  store.transaction(() => {
    for (const price of [tiered, metered]) store.put('price', price)
  })
  await syncCatalogue(rig.context)
  const mirrored = await rig.database.db.query.selectFrom('prices').select('id').execute()
  const others = [oneTime.id, tiered.id, metered.id]
  expect(mirrored.map(({ id }) => id)).toEqual(expect.arrayContaining(others))
  const ids = (await plans()).map((plan) => plan.stripe_price_id)
  expect(ids.filter((id) => others.includes(id))).toEqual([])
})

test('a price that is archived ends its plan, and one that returns is the same plan', async () => {
  const { price } = await sell()
  await syncCatalogue(rig.context)
  const [before] = (await plans()).filter((plan) => plan.stripe_price_id === price.id)
  await rig.stripe.prices.update(price.id, { active: false })
  await tell('price.updated', price.id)
  const [archived] = (await plans()).filter((plan) => plan.stripe_price_id === price.id)
  await rig.stripe.prices.update(price.id, { active: true })
  await tell('price.updated', price.id)
  const [back] = (await plans()).filter((plan) => plan.stripe_price_id === price.id)
  expect([archived, back]).toMatchObject([
    { id: before?.id, is_active: false },
    { id: before?.id, is_active: true },
  ])
})

test('an archived product ends every plan of it', async () => {
  const { product, price } = await sell()
  await syncCatalogue(rig.context)
  await rig.stripe.products.update(product.id, { active: false })
  await tell('product.updated', product.id)
  const [plan] = (await plans()).filter((each) => each.stripe_price_id === price.id)
  expect(plan?.is_active).toBe(false)
})

test('a price heard of before its product brings its product with it', async () => {
  const { price } = await sell({ name: 'Heard of first' })
  await tell('price.created', price.id)
  expect(await plans()).toMatchObject([{ stripe_price_id: price.id, name: 'Heard of first' }])
})

describe('what Stripe does not list', () => {
  test('stays on sale when it is there all the same', async () => {
    await sell()
    await syncCatalogue(rig.context)
    const before = (await plans()).filter((plan) => plan.is_active).length
    // Stripe answers with an empty catalogue.
    const empty = { ...rig.context, stripe: withEmptyLists() }
    const counts = await syncCatalogue(empty)
    expect(counts).toMatchObject({ products: 0, prices: 0 })
    expect((await plans()).filter((plan) => plan.is_active)).toHaveLength(before)
  })

  test('is off sale when Stripe says that it does not exist', async () => {
    await rig.database.db.pool.query(
      `insert into billhook.products select 'prod_gone', 'Gone', null, true, '{}', '[]', now(), '{}', now()`,
    )
    await syncCatalogue(rig.context)
    const { rows } = await rig.database.db.pool.query(
      `select active from billhook.products where id = 'prod_gone'`,
    )
    expect(rows).toEqual([{ active: false }])
  })

  test('changes nothing while the list cannot be read to its end', async () => {
    const { price } = await sell()
    await syncCatalogue(rig.context)
    await rig.stripe.prices.update(price.id, { active: false })
    rig.network.weather = (call) => (call === 'GET /v1/prices' ? 'unreachable' : 'fine')
    await expect(syncCatalogue(rig.context)).rejects.toThrow()
    const [plan] = (await plans()).filter((each) => each.stripe_price_id === price.id)
    expect(plan?.is_active).toBe(true)
  })
})

/** The real client, whose lists are empty: what a wrong filter or a fault at Stripe would look like. */
function withEmptyLists() {
  const { stripe } = rig.context
  const nothing = { list: () => [] }
  return new Proxy(stripe, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (name !== 'products' && name !== 'prices') return value
      return Object.assign(Object.create(value as object), nothing)
    },
  })
}
