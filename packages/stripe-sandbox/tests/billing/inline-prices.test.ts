import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { startLife } from '../support/lives.ts'
import { openPage } from '../support/pages.ts'
import { everythingConforms, startShop, typesOf } from '../support/shop.ts'
import { failure } from '../support/start.ts'

const monthly = {
  currency: 'usd',
  product: 'prod_demo_team',
  recurring: { interval: 'month' },
  unit_amount: 1234,
} as const
const once = { currency: 'usd', product: 'prod_demo_import', unit_amount: 500 } as const

async function withCustomer() {
  const shop = await startShop()
  const { id: customer } = await shop.customerWithCard()
  await shop.newEvents()
  return { ...shop, customer }
}

describe('a subscription whose item brings its price', () => {
  test('has a price that nobody else can be sold', async () => {
    const { stripe, customer, newEvents, sandbox } = await withCustomer()
    const { items, latest_invoice: invoice } = await stripe.subscriptions.create({
      customer,
      items: [{ price_data: monthly, quantity: 2 }],
      expand: ['latest_invoice'],
    })
    const price = items.data[0]?.price
    expect(price).toMatchObject({
      active: false,
      unit_amount: 1234,
      product: 'prod_demo_team',
      recurring: { interval: 'month', interval_count: 1, usage_type: 'licensed' },
    })
    expect(invoice).toMatchObject({ total: 2468, status: 'paid' })
    expect(typesOf(await newEvents())[0]).toBe('price.created')
    const again = await failure(
      stripe.subscriptions.create({ customer, items: [{ price: price?.id ?? '' }] }),
    )
    expect(again.message).toContain('inactive')
    expect(everythingConforms(sandbox)).toEqual([])
  })

  test('is renewed at it', async () => {
    const { stripe, customer, sandbox } = await withCustomer()
    const { id } = await stripe.subscriptions.create({ customer, items: [{ price_data: monthly }] })
    await sandbox.advance({ days: 29 })
    const { data } = await stripe.invoices.list({ subscription: id })
    expect(data.map(({ total, status }) => [total, status])).toEqual([
      [1234, 'paid'],
      [1234, 'paid'],
    ])
  })

  test('adds what is bought once in the same way', async () => {
    const { stripe, customer } = await withCustomer()
    const { latest_invoice: invoice } = await stripe.subscriptions.create({
      customer,
      items: [{ price_data: monthly }],
      add_invoice_items: [{ price_data: once }],
      expand: ['latest_invoice'],
    })
    expect(invoice).toMatchObject({ total: 1734 })
  })

  test('is in the currency of that price', async () => {
    const { stripe, customer } = await withCustomer()
    const euros = { ...monthly, currency: 'eur' }
    const subscription = await stripe.subscriptions.create({ customer, items: [{ price_data: euros }] })
    expect(subscription.currency).toBe('eur')
  })

  test.each<[string, string, Stripe.SubscriptionCreateParams.Item]>([
    ['beside a price', 'items[0][price_data]', { price: 'price_demo_team_monthly', price_data: monthly }],
    [
      'without an amount',
      'items[0][price_data][unit_amount]',
      { price_data: { ...monthly, unit_amount: undefined as never } },
    ],
    [
      'of an unknown product',
      'items[0][price_data][product]',
      { price_data: { ...monthly, product: 'prod_no' } },
    ],
  ])('is refused %s', async (_, param, item) => {
    const { stripe, customer, newEvents } = await withCustomer()
    const error = await failure(stripe.subscriptions.create({ customer, items: [item] }))
    expect(error.statusCode).toBe(400)
    expect(`${error.param} ${error.message}`).toContain(param)
    expect(await newEvents()).toEqual([])
  })

  test('is refused for a product that is not sold any more', async () => {
    const { stripe, customer } = await withCustomer()
    await stripe.products.update('prod_demo_team', { active: false })
    const error = await failure(stripe.subscriptions.create({ customer, items: [{ price_data: monthly }] }))
    expect(error).toMatchObject({ code: 'product_inactive', param: 'items[0][price_data][product]' })
  })
})

describe('a change of a subscription to a price of its own', () => {
  test('costs what its preview said, and the preview leaves no price behind', async () => {
    const life = await startLife()
    await life.sandbox.advance({ days: 14 })
    const items = [{ id: life.item.id, price_data: { ...monthly, unit_amount: 4900 } }]
    const count = () => life.sandbox.context.store.count('price')
    const before = count()
    const preview = await life.stripe.invoices.createPreview({
      subscription: life.born.id,
      subscription_details: { items, proration_behavior: 'always_invoice' },
    })
    expect(count()).toBe(before)
    await life.stripe.subscriptions.update(life.born.id, { items, proration_behavior: 'always_invoice' })
    const [invoice] = await life.invoices()
    expect(invoice).toMatchObject({ total: preview.total, status: 'paid' })
    // Half of the 28 days are left: 24.50 less 14.50.
    expect(preview.total).toBe(1000)
  })

  test('goes through the item too, added or changed', async () => {
    const { stripe, born, item } = await startLife()
    const added = await stripe.subscriptionItems.create({ subscription: born.id, price_data: monthly })
    expect(added.price.unit_amount).toBe(1234)
    const changed = await stripe.subscriptionItems.update(item.id, {
      price_data: { ...monthly, unit_amount: 99 },
    })
    expect(changed).toMatchObject({ id: item.id, price: { unit_amount: 99, active: false } })
  })

  test('is refused in another currency', async () => {
    const { stripe, born, item } = await startLife()
    const error = await failure(
      stripe.subscriptions.update(born.id, {
        items: [{ id: item.id, price_data: { ...monthly, currency: 'eur' } }],
      }),
    )
    expect(error.message).toContain('must be in usd')
  })
})

describe('a schedule whose phases bring their prices', () => {
  async function planned() {
    const shop = await withCustomer()
    const schedule = await shop.stripe.subscriptionSchedules.create({
      customer: shop.customer,
      start_date: 'now',
      phases: [
        { items: [{ price_data: monthly }], add_invoice_items: [{ price_data: once }] },
        { items: [{ price_data: { ...monthly, unit_amount: 2000 } }] },
      ],
    })
    return { ...shop, schedule }
  }

  test('bills them in their turn', async () => {
    const { stripe, schedule, sandbox } = await planned()
    await sandbox.advance({ days: 29 })
    const { data } = await stripe.invoices.list({ subscription: String(schedule.subscription) })
    expect(data.map(({ total }) => total)).toEqual([2000, 1734])
    expect(everythingConforms(sandbox)).toEqual([])
  })

  test('keeps them when its phases are given again by their ids', async () => {
    const { stripe, schedule } = await planned()
    const phases = schedule.phases.map((phase) => ({
      start_date: phase.start_date,
      end_date: phase.end_date,
      items: phase.items.map(({ price }) => ({ price: String(price) })),
    }))
    const updated = await stripe.subscriptionSchedules.update(schedule.id, { phases })
    expect(updated.phases.map(({ items }) => items[0]?.price)).toEqual(
      schedule.phases.map(({ items }) => items[0]?.price),
    )
    const other = { ...phases[1], items: [{ price: 'price_demo_team_monthly_2024' }] }
    const error = await failure(
      stripe.subscriptionSchedules.update(schedule.id, {
        phases: [{ ...phases[0], items: phases[0]?.items ?? [] }, other],
      }),
    )
    expect(error.message).toContain('inactive')
  })
})

describe('a Checkout whose lines bring their prices', () => {
  const shirt = {
    currency: 'usd',
    unit_amount: 2000,
    product_data: { name: 'Shirt', description: 'Blue' },
  } as const

  test('sells a product that is made for it, once', async () => {
    const { stripe, checkout, pay, newEvents, sandbox } = await startShop()
    const session = await checkout({ mode: 'payment', line_items: [{ price_data: shirt, quantity: 3 }] })
    expect(typesOf(await newEvents()).slice(0, 2)).toEqual(['product.created', 'price.created'])
    expect((await openPage(session.url ?? '')).text).toContain('Pay for Shirt $60.00')
    expect(pay(session.id)).toEqual({ outcome: 'complete' })
    const paid = await stripe.checkout.sessions.retrieve(session.id, {
      expand: ['line_items.data.price.product'],
    })
    expect(paid).toMatchObject({ amount_total: 6000, payment_status: 'paid' })
    expect(paid.line_items?.data).toMatchObject([
      {
        description: 'Shirt',
        price: {
          active: false,
          type: 'one_time',
          product: { name: 'Shirt', description: 'Blue', active: false },
        },
      },
    ])
    expect(everythingConforms(sandbox)).toEqual([])
  })

  test('starts a subscription at a price of its own', async () => {
    const { stripe, checkout, pay, sandbox } = await startShop()
    const session = await checkout({ line_items: [{ price_data: monthly, quantity: 1 }] })
    expect(pay(session.id)).toEqual({ outcome: 'complete' })
    await sandbox.advance({ days: 29 })
    const { subscription } = await stripe.checkout.sessions.retrieve(session.id)
    const { data } = await stripe.invoices.list({ subscription: String(subscription) })
    expect(data.map(({ total, status }) => [total, status])).toEqual([
      [1234, 'paid'],
      [1234, 'paid'],
    ])
  })

  test('is in the currency of that price, and refuses another beside it', async () => {
    const { stripe, checkout } = await startShop()
    const euros = { ...shirt, currency: 'eur' }
    const { currency } = await checkout({ mode: 'payment', line_items: [{ price_data: euros, quantity: 1 }] })
    expect(currency).toBe('eur')
    const lines = [
      { price_data: euros, quantity: 1 },
      { price: 'price_demo_import', quantity: 1 },
    ]
    expect((await failure(checkout({ mode: 'payment', line_items: lines }))).message).toContain(
      'one currency',
    )
    const both = { ...shirt, product: 'prod_demo_team' }
    const error = await failure(
      checkout({ mode: 'payment', line_items: [{ price_data: both, quantity: 1 }] }),
    )
    expect(error.message).toContain('line_items[0][price_data][product_data]')
    expect(
      (await stripe.products.list({ limit: 100 })).data.filter(({ name }) => name === 'Shirt'),
    ).toHaveLength(1)
  })
})

test('no list of prices shows what was made in place', async () => {
  const { stripe, customer } = await withCustomer()
  const { items } = await stripe.subscriptions.create({ customer, items: [{ price_data: monthly }] })
  const id = items.data[0]?.price.id ?? ''
  const listed = [
    ...(await stripe.prices.list({ limit: 100 })).data,
    ...(await stripe.prices.list({ active: false })).data,
  ]
  expect(listed.map((price) => price.id)).not.toContain(id)
  expect((await stripe.prices.retrieve(id)).unit_amount).toBe(1234)
})
