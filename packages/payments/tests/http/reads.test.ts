import { afterEach, describe, expect, test } from 'vitest'
import { useApi } from '../support/api.ts'
import { contractResponses } from '../support/contract.ts'
import { mirror } from '../support/mirror.ts'

const api = useApi()

afterEach(async () => {
  const tables = ['products', 'prices', 'plans', 'subscriptions'] as const
  for (const table of tables) await api.database.db.query.deleteFrom(table).execute()
})

describe("the contract's examples, field by field", () => {
  test.each(['/payments/products/', '/payments/products'])('GET %s', async (path) => {
    await mirror.product(api.database.db)
    await mirror.price(api.database.db)
    const answer = await api.request('GET', `${path}?product_type=subscription`, { as: 'ann' })
    expect(answer).toMatchObject({ status: 200 })
    expect(answer.body).toStrictEqual(contractResponses('GET /payments/products/')[0])
  })

  test('GET /payments/get-plans', async () => {
    await api.database.db.pool.query('alter table billhook.plans alter column id restart')
    await mirror.plan(api.database.db)
    const { body } = await api.request('GET', '/payments/get-plans', { as: 'ann' })
    expect(body).toStrictEqual(contractResponses('GET /payments/get-plans')[0])
  })

  test('GET /payments/get-user-subscription with a subscription', async () => {
    await mirror.subscription(api.database.db)
    const { status, body } = await api.request('GET', '/payments/get-user-subscription', { as: 'ann' })
    expect(status).toBe(200)
    expect(body).toStrictEqual(contractResponses('GET /payments/get-user-subscription')[0])
  })

  test('GET /payments/get-user-subscription without one', async () => {
    const { status, body } = await api.request('GET', '/payments/get-user-subscription', { as: 'ann' })
    expect(status).toBe(200)
    expect(body).toStrictEqual(contractResponses('GET /payments/get-user-subscription')[1])
  })
})

describe('products', () => {
  test('one-time prices have no recurrence', async () => {
    await mirror.product(api.database.db)
    await mirror.price(api.database.db, { id: 'price_once', kind: 'one_time' })
    const { body } = await api.request('GET', '/payments/products/?product_type=one_time', { as: 'ann' })
    expect(body).toMatchObject([{ prices: [{ id: 'price_once', recurring: null }] }])
  })

  test('a price for several intervals says for how many', async () => {
    await mirror.product(api.database.db)
    await mirror.price(api.database.db, { interval_count: 3 })
    const { body } = await api.request('GET', '/payments/products/?product_type=subscription', { as: 'ann' })
    expect(body).toMatchObject([{ prices: [{ recurring: { interval: 'month', interval_count: 3 } }] }])
  })

  test('only active products with an active price of the kind asked for are listed', async () => {
    const { db } = api.database
    await mirror.product(db, { id: 'prod_sold' })
    await mirror.price(db, { id: 'price_sold', product_id: 'prod_sold' })
    await mirror.price(db, { id: 'price_archived', product_id: 'prod_sold', active: false })
    await mirror.price(db, { id: 'price_tiered', product_id: 'prod_sold', unit_amount_minor: null })
    await mirror.price(db, { id: 'price_once', product_id: 'prod_sold', kind: 'one_time' })
    await mirror.product(db, { id: 'prod_archived', active: false })
    await mirror.price(db, { id: 'price_of_archived', product_id: 'prod_archived' })
    const { body } = await api.request('GET', '/payments/products/?product_type=subscription', { as: 'ann' })
    expect(body).toMatchObject([{ id: 'prod_sold', prices: [{ id: 'price_sold' }] }])
  })

  test.each(['', '?product_type=', '?product_type=both', '?product_type=one_time&product_type=subscription'])(
    'product_type as in "%s" is refused and named',
    async (query) => {
      const { status, body } = await api.request('GET', `/payments/products/${query}`, { as: 'ann' })
      expect(status).toBe(400)
      expect(body).toMatchObject({ code: 'validation_failed', errors: [{ path: 'product_type' }] })
    },
  )
})

describe('plans', () => {
  test('a plan that is no longer offered is not listed', async () => {
    await mirror.plan(api.database.db, { is_active: false })
    const { body } = await api.request('GET', '/payments/get-plans', { as: 'ann' })
    expect(body).toEqual([])
  })

  test('a plan that is billed every few intervals says how many those are', async () => {
    await mirror.plan(api.database.db, { interval_count: 3 })
    const { body } = await api.request('GET', '/payments/get-plans', { as: 'ann' })
    expect(body).toMatchObject([{ interval: 'month', interval_count: 3 }])
  })
})

describe('the current subscription', () => {
  const read = async (as = 'ann') =>
    (await api.request('GET', '/payments/get-user-subscription', { as })).body

  test("is never another owner's", async () => {
    await mirror.subscription(api.database.db, { owner_id: 'bob' })
    expect(await read('ann')).toMatchObject({ subscription: null })
  })

  test.each(['canceled', 'incomplete_expired', 'a_status_of_next_year'])(
    'is not a %s one',
    async (status) => {
      await mirror.subscription(api.database.db, { status })
      expect(await read()).toMatchObject({ subscription: null, message: 'No active subscription' })
    },
  )

  test.each(['active', 'trialing', 'past_due', 'unpaid', 'paused', 'incomplete'])(
    'is a %s one, with its status',
    async (status) => {
      await mirror.subscription(api.database.db, { status })
      expect(await read()).toMatchObject({ subscription: { status } })
    },
  )

  test('of several is the one with the best status, then the newest', async () => {
    const { db } = api.database
    const newer = new Date('2024-03-01T00:00:00Z')
    await mirror.subscription(db, { id: 'sub_past_due', status: 'past_due', stripe_created_at: newer })
    await mirror.subscription(db, { id: 'sub_active_old' })
    await mirror.subscription(db, { id: 'sub_active_new', stripe_created_at: newer })
    await mirror.subscription(db, { id: 'sub_trialing', status: 'trialing', stripe_created_at: newer })
    expect(await read()).toMatchObject({ subscription: { id: 'sub_active_new' } })
  })

  test('of two with the best status is the one that goes on, which the one that ends would hide', async () => {
    const { db } = api.database
    const newer = { stripe_created_at: new Date('2024-03-01T00:00:00Z') }
    await mirror.subscription(db, { id: 'sub_ending', ...newer, cancel_at_period_end: true })
    await mirror.subscription(db, { id: 'sub_going_on' })
    await mirror.subscription(db, { id: 'sub_trialing', status: 'trialing', ...newer })
    expect(await read()).toMatchObject({ subscription: { id: 'sub_going_on' } })
  })

  test.each([
    ['the flag', { cancel_at_period_end: true }, true],
    ['a date at the end of the period', { cancel_at: new Date('2024-02-01T00:00:00Z') }, true],
    ['a date within the period', { cancel_at: new Date('2024-01-15T00:00:00Z') }, true],
    ['a date after the period', { cancel_at: new Date('2024-06-01T00:00:00Z') }, false],
    ['nothing', {}, false],
  ])('says by %s whether it ends with its period', async (_way, row, expected) => {
    await mirror.subscription(api.database.db, row)
    expect(await read()).toMatchObject({ subscription: { cancel_at_period_end: expected } })
  })

  test("goes by its product's name when its price has no nickname", async () => {
    await mirror.product(api.database.db)
    await mirror.subscription(api.database.db, { plan_nickname: null })
    expect(await read()).toMatchObject({ subscription: { plan: { nickname: 'Premium Plan' } } })
  })

  const billedEvery = (months: number) =>
    JSON.stringify({
      items: { data: [{ price: { recurring: { interval: 'month', interval_count: months } } }] },
    })

  test('that is billed every few intervals says how many those are', async () => {
    await mirror.subscription(api.database.db, { raw: billedEvery(3) })
    expect(await read()).toMatchObject({ subscription: { plan: { interval: 'month', interval_count: 3 } } })
  })

  test('that is billed every interval stays as the contract has it', async () => {
    await mirror.subscription(api.database.db, { raw: billedEvery(1) })
    expect(await read()).toStrictEqual(contractResponses('GET /payments/get-user-subscription')[0])
  })

  test('names its times in whole seconds', async () => {
    await mirror.subscription(api.database.db, { current_period_end: new Date('2024-02-01T10:20:30.456Z') })
    expect(await read()).toMatchObject({ subscription: { current_period_end: '2024-02-01T10:20:30Z' } })
  })
})
