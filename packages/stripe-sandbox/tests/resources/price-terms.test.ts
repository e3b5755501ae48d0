import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { startShop } from '../support/shop.ts'
import { failure, start } from '../support/start.ts'

const monthly = { interval: 'month' } as const

const tiered = {
  currency: 'usd',
  billing_scheme: 'tiered',
  recurring: monthly,
  product: 'prod_demo_team',
} as const

const seats: Stripe.PriceCreateParams.Tier[] = [
  { up_to: 5, unit_amount: 700, flat_amount: 1000 },
  { up_to: 'inf', unit_amount_decimal: '650.5' as never },
]

/** A shop and a customer; `subscribe` gives the customer a quantity of a price and answers the first invoice. */
async function withCustomer() {
  const shop = await startShop()
  const customer = await shop.customerWithCard()
  const subscribe = async (
    price: string,
    quantity: number,
    more: Partial<Stripe.SubscriptionCreateParams> = {},
  ): Promise<{ subscription: Stripe.Subscription; invoice: Stripe.Invoice }> => {
    const subscription = await shop.stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price, quantity }],
      ...more,
    })
    return { subscription, invoice: await shop.stripe.invoices.retrieve(String(subscription.latest_invoice)) }
  }
  return { ...shop, customer, subscribe }
}

describe('a tiered price', () => {
  test('shows its tiers only when asked', async () => {
    const { stripe } = await start({ seed: 'demo' })
    const price = await stripe.prices.create({ ...tiered, tiers_mode: 'volume', tiers: seats })
    expect(price).toMatchObject({ billing_scheme: 'tiered', tiers_mode: 'volume', unit_amount: null })
    expect(Object.keys(price)).not.toContain('tiers')
    const { tiers } = await stripe.prices.retrieve(price.id, { expand: ['tiers'] })
    expect(tiers).toMatchObject([
      { up_to: 5, unit_amount: 700, flat_amount: 1000 },
      { up_to: null, unit_amount: null, flat_amount: null },
    ])
    expect(String(tiers?.[1]?.unit_amount_decimal)).toBe('650.5')
  })

  test.each<[Partial<Stripe.PriceCreateParams>, string]>([
    [{ tiers: seats }, 'tiers_mode'],
    [{ tiers_mode: 'volume' }, 'tiers'],
    [{ tiers_mode: 'volume', tiers: seats, unit_amount: 5 }, 'unit_amount'],
    [{ tiers_mode: 'volume', tiers: [{ up_to: 5, unit_amount: 1 }] }, 'tiers[0][up_to]'],
    [{ tiers_mode: 'volume', tiers: [{ up_to: 'inf' }] }, 'tiers[0][unit_amount]'],
    [
      {
        tiers_mode: 'volume',
        tiers: [
          { up_to: 5, unit_amount: 1 },
          { up_to: 4, unit_amount: 1 },
          { up_to: 'inf', unit_amount: 1 },
        ],
      },
      'tiers[1][up_to]',
    ],
  ])('with %j is refused', async (parameters, param) => {
    const { stripe } = await start({ seed: 'demo' })
    expect(await failure(stripe.prices.create({ ...tiered, ...parameters }))).toMatchObject({ param })
  })

  test.each([
    ['volume', 6, 3903],
    ['graduated', 6, 1000 + 3500 + 651],
    ['graduated', 5, 1000 + 3500],
  ] as const)(
    'of %s bills %i seats by its tiers, now and at the renewal',
    async (mode, quantity, amountMinor) => {
      const { stripe, subscribe, sandbox } = await withCustomer()
      const price = await stripe.prices.create({ ...tiered, tiers_mode: mode, tiers: seats })
      const { invoice, subscription } = await subscribe(price.id, quantity)
      expect(invoice.total).toBe(amountMinor)
      await sandbox.advance({ days: 29 })
      const [renewal] = (await stripe.invoices.list({ subscription: subscription.id })).data
      expect(renewal?.total).toBe(amountMinor)
    },
  )

  test('is sold at Checkout for what it comes to', async () => {
    const { stripe, checkout, pay } = await withCustomer()
    const price = await stripe.prices.create({ ...tiered, tiers_mode: 'graduated', tiers: seats })
    const session = await checkout({ line_items: [{ price: price.id, quantity: 6 }] })
    expect(session.amount_total).toBe(5151)
    pay(session.id)
    const { invoice } = await stripe.checkout.sessions.retrieve(session.id, { expand: ['invoice'] })
    expect(invoice).toMatchObject({ total: 5151, amount_paid: 5151 })
  })
})

describe('packages', () => {
  test.each([
    ['up', 25, 3000],
    ['down', 25, 2000],
    ['up', 20, 2000],
  ] as const)('rounded %s make %i seats cost %i', async (round, quantity, amountMinor) => {
    const { stripe, subscribe } = await withCustomer()
    const price = await stripe.prices.create({
      product: 'prod_demo_team',
      currency: 'usd',
      unit_amount: 1000,
      recurring: monthly,
      transform_quantity: { divide_by: 10, round },
    })
    expect((await subscribe(price.id, quantity)).invoice.total).toBe(amountMinor)
  })
})

test('a price below one minor unit is counted exactly and rounded once', async () => {
  const { stripe, subscribe } = await withCustomer()
  const price = await stripe.prices.create({
    product: 'prod_demo_team',
    currency: 'usd',
    unit_amount_decimal: '0.5' as never,
    recurring: monthly,
  })
  const { invoice } = await subscribe(price.id, 1001)
  expect(invoice).toMatchObject({
    total: 501,
    lines: { data: [{ description: expect.stringContaining('$0.005') }] },
  })
})

describe('further currencies', () => {
  const parameters = {
    product: 'prod_demo_team',
    currency: 'usd',
    unit_amount: 2900,
    recurring: monthly,
    currency_options: { eur: { unit_amount: 2700, tax_behavior: 'inclusive' }, jpy: { unit_amount: 4000 } },
  } as const satisfies Stripe.PriceCreateParams

  test('are shown when asked, with the own one among them', async () => {
    const { stripe } = await start({ seed: 'demo' })
    const price = await stripe.prices.create({ ...parameters, expand: ['currency_options'] })
    expect(price.currency_options).toMatchObject({
      usd: { unit_amount: 2900 },
      eur: { unit_amount: 2700, tax_behavior: 'inclusive' },
      jpy: { unit_amount: 4000 },
    })
    await stripe.prices.update(price.id, { currency_options: { gbp: { unit_amount: 2400 } } })
    const more = await stripe.prices.retrieve(price.id, { expand: ['currency_options'] })
    expect(new Set(Object.keys(more.currency_options ?? {}))).toEqual(new Set(['eur', 'gbp', 'jpy', 'usd']))
  })

  test('a subscription in one of them is billed in it, and renews in it', async () => {
    const { stripe, subscribe, sandbox } = await withCustomer()
    const price = await stripe.prices.create(parameters)
    const { subscription, invoice } = await subscribe(price.id, 2, { currency: 'eur' })
    expect(subscription).toMatchObject({ currency: 'eur', items: { data: [{ price: { currency: 'usd' } }] } })
    expect(invoice).toMatchObject({ currency: 'eur', total: 5400, lines: { data: [{ currency: 'eur' }] } })
    await sandbox.advance({ days: 29 })
    const [renewal] = (await stripe.invoices.list({ subscription: subscription.id })).data
    expect(renewal).toMatchObject({ currency: 'eur', total: 5400 })
  })

  test('a customer who pays in one of them goes on in it', async () => {
    const { stripe, subscribe, customer, checkout } = await withCustomer()
    const price = await stripe.prices.create(parameters)
    await subscribe(price.id, 1, { currency: 'eur' })
    const another = await stripe.prices.create({
      ...parameters,
      currency_options: { eur: { unit_amount: 100 } },
    })
    expect((await subscribe(another.id, 1)).invoice).toMatchObject({ currency: 'eur', total: 100 })
    const session = await checkout({ customer: customer.id, line_items: [{ price: price.id, quantity: 1 }] })
    expect(session).toMatchObject({ currency: 'eur', amount_total: 2700 })
  })

  test('a plan change in it is prorated in it', async () => {
    const { stripe, subscribe } = await withCustomer()
    const price = await stripe.prices.create(parameters)
    const { subscription } = await subscribe(price.id, 1, { currency: 'jpy' })
    const [item] = subscription.items.data
    await stripe.subscriptions.update(subscription.id, {
      items: [{ id: item?.id ?? '', quantity: 3 }],
      proration_behavior: 'always_invoice',
    })
    const [change] = (await stripe.invoices.list({ subscription: subscription.id })).data
    expect(change).toMatchObject({ currency: 'jpy', total: 8000 })
  })

  test('a coupon takes its amount off in that currency, or is refused', async () => {
    const { stripe, subscribe } = await withCustomer()
    const price = await stripe.prices.create(parameters)
    const coupon = await stripe.coupons.create({
      amount_off: 1000,
      currency: 'usd',
      currency_options: { eur: { amount_off: 900 } },
    })
    const discounts = [{ coupon: coupon.id }]
    expect((await subscribe(price.id, 1, { currency: 'eur', discounts })).invoice.total).toBe(1800)
    expect(await failure(subscribe(price.id, 1, { currency: 'jpy', discounts }))).toMatchObject({
      param: 'discounts[0][coupon]',
    })
  })

  test('a price is not sold in any other', async () => {
    const { stripe, subscribe } = await withCustomer()
    const price = await stripe.prices.create(parameters)
    expect((await failure(subscribe(price.id, 1, { currency: 'gbp' }))).message).toMatch(
      /must have one currency/,
    )
  })
})

test.each([
  ['kwd', 1505],
  ['isk', 50_050],
])('an amount in %s that cannot be charged is refused', async (currency, amount) => {
  const { stripe } = await start()
  expect(await failure(stripe.paymentIntents.create({ currency, amount }))).toMatchObject({ param: 'amount' })
})
