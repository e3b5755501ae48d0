import { describe, expect, test } from 'vitest'
import { conforms } from '../support/conforms.ts'
import { failure, start } from '../support/start.ts'

describe('products', () => {
  test('a product has every field of this API version', async () => {
    const { stripe } = await start()
    const product = await stripe.products.create({
      name: 'Notes',
      description: 'Remembers',
      marketing_features: [{ name: 'Search' }],
      metadata: { plan: 'pro' },
      images: ['https://example.com/a.png'],
    })
    expect(conforms(product)).toEqual([])
    expect(product).toMatchObject({ name: 'Notes', active: true, marketing_features: [{ name: 'Search' }] })
  })

  test('an id of the merchant’s own is kept, and cannot be taken twice', async () => {
    const { stripe } = await start()
    expect((await stripe.products.create({ id: 'pro', name: 'Pro' })).id).toBe('pro')
    expect(await failure(stripe.products.create({ id: 'pro', name: 'Pro' }))).toMatchObject({
      statusCode: 400,
      code: 'resource_already_exists',
      message: 'Product already exists.',
    })
  })

  test('default_price_data makes the default price along with the product', async () => {
    const { stripe } = await start()
    const product = await stripe.products.create({
      name: 'Pro',
      default_price_data: { currency: 'eur', unit_amount: 500, recurring: { interval: 'month' } },
      expand: ['default_price'],
    })
    expect(product.default_price).toMatchObject({ currency: 'eur', unit_amount: 500, product: product.id })
  })

  test('an update says what was before, in the event', async () => {
    const { stripe } = await start()
    const { id } = await stripe.products.create({ name: 'Old', metadata: { a: '1' } })
    await stripe.products.update(id, { name: 'New', metadata: { a: '', b: '2' } })
    const event = (await stripe.events.list({ type: 'product.updated' })).data[0]
    expect(conforms(event)).toEqual([])
    expect(event?.data.previous_attributes).toMatchObject({ name: 'Old', metadata: { a: '1', b: null } })
    expect(event?.data.object).toMatchObject({ name: 'New', metadata: { b: '2' } })
  })

  test('a product without prices can be deleted', async () => {
    const { stripe } = await start()
    const { id } = await stripe.products.create({ name: 'Gone' })
    const answer = await stripe.products.del(id)
    expect(conforms(answer)).toEqual([])
    expect(await failure(stripe.products.retrieve(id))).toMatchObject({
      code: 'resource_missing',
      statusCode: 404,
    })
  })

  test('a product with a price can only be archived', async () => {
    const { stripe } = await start()
    const { id } = await stripe.products.create({ name: 'Kept' })
    await stripe.prices.create({ product: id, currency: 'usd', unit_amount: 100 })
    expect((await failure(stripe.products.del(id))).message).toContain('cannot be deleted')
    expect((await stripe.products.update(id, { active: false })).active).toBe(false)
  })

  test('a list can be narrowed to ids and to active ones', async () => {
    const { stripe } = await start()
    const a = await stripe.products.create({ name: 'A' })
    const b = await stripe.products.create({ name: 'B', active: false })
    expect(
      (await stripe.products.list({ ids: [a.id, b.id], active: false })).data.map(({ id }) => id),
    ).toEqual([b.id])
  })
})

describe('prices', () => {
  test('a recurring price has every field of this API version', async () => {
    const { stripe } = await start()
    const price = await stripe.prices.create({
      currency: 'USD',
      unit_amount: 1234,
      recurring: { interval: 'month', interval_count: 3 },
      product_data: { name: 'Quarterly' },
    })
    expect(conforms(price)).toEqual([])
    expect(price).toMatchObject({
      currency: 'usd',
      type: 'recurring',
      recurring: { interval: 'month', interval_count: 3 },
    })
  })

  test('a fraction of a minor unit leaves unit_amount null', async () => {
    const { stripe } = await start()
    const price = await stripe.prices.create({
      currency: 'usd',
      unit_amount_decimal: '0.5' as never,
      product_data: { name: 'Call' },
    })
    expect(price.unit_amount).toBeNull()
    expect(String(price.unit_amount_decimal)).toBe('0.5')
  })

  test('a price needs a product, one or the other way', async () => {
    const { stripe } = await start()
    expect(await failure(stripe.prices.create({ currency: 'usd', unit_amount: 1 }))).toMatchObject({
      code: 'parameter_missing',
      param: 'product',
    })
  })

  test('an unknown product is resource_missing with the parameter to blame', async () => {
    const { stripe } = await start()
    const error = await failure(stripe.prices.create({ currency: 'usd', unit_amount: 1, product: 'prod_no' }))
    expect(error).toMatchObject({
      statusCode: 400,
      code: 'resource_missing',
      param: 'product',
      message: "No such product: 'prod_no'",
    })
  })

  test('a negative amount is refused', async () => {
    const { stripe } = await start()
    const error = await failure(
      stripe.prices.create({ currency: 'usd', unit_amount: -1, product_data: { name: 'X' } }),
    )
    expect(error).toMatchObject({ code: 'parameter_invalid_integer', param: 'unit_amount' })
  })

  test('a lookup key finds its price and belongs to one price only', async () => {
    const { stripe } = await start()
    const input = { currency: 'usd', unit_amount: 1, product_data: { name: 'X' }, lookup_key: 'pro_monthly' }
    const first = await stripe.prices.create(input)
    expect((await failure(stripe.prices.create(input))).message).toBe(
      `A price (\`${first.id}\`) already uses that lookup key.`,
    )
    const found = await stripe.prices.list({ lookup_keys: ['pro_monthly'] })
    expect(found.data.map(({ id }) => id)).toEqual([first.id])
  })

  test('transfer_lookup_key takes the key from its holder and says so in an event', async () => {
    const { stripe } = await start()
    const input = { currency: 'usd', unit_amount: 1, product_data: { name: 'X' }, lookup_key: 'pro' }
    const first = await stripe.prices.create(input)
    const second = await stripe.prices.create({ ...input, transfer_lookup_key: true })
    expect((await stripe.prices.retrieve(first.id)).lookup_key).toBeNull()
    expect(second.lookup_key).toBe('pro')
    const event = (await stripe.events.list({ type: 'price.updated' })).data[0]
    expect(event?.data.previous_attributes).toEqual({ lookup_key: 'pro' })
  })

  test('the default price of a product cannot be archived', async () => {
    const { stripe } = await start({ seed: 'demo' })
    const error = await failure(stripe.prices.update('price_demo_team_monthly', { active: false }))
    expect(error.message).toContain('default price')
  })
})

test('the list of prices leaves inactive ones out unless it is asked for them', async () => {
  const { stripe } = await start({ seed: 'demo' })
  const { data } = await stripe.prices.list({ limit: 100 })
  expect(data.map(({ active }) => active)).toEqual(data.map(() => true))
})

describe('the demo catalogue', () => {
  test('has two monthly plans, a yearly one, two one-time products and an archived price', async () => {
    const { stripe } = await start({ seed: 'demo' })
    const prices = await stripe.prices.list({ limit: 100, active: true })
    expect(conforms(prices)).toEqual([])
    const active = prices.data
    expect(active.filter((price) => price.recurring?.interval === 'month')).toHaveLength(2)
    expect(active.filter((price) => price.recurring?.interval === 'year')).toHaveLength(1)
    expect(active.filter((price) => price.type === 'one_time')).toHaveLength(2)
    expect((await stripe.prices.list({ active: false })).data).toHaveLength(1)
  })

  test('names its features for people and for programs', async () => {
    const { stripe } = await start({ seed: 'demo' })
    const team = await stripe.products.retrieve('prod_demo_team')
    expect(conforms(team)).toEqual([])
    expect(team.marketing_features.length).toBeGreaterThan(2)
    expect(team.metadata.features).toContain('sharing')
  })
})

test('a recurring price is a plan too, under its older name', async () => {
  const { stripe } = await start({ seed: 'demo' })
  const plans = (await stripe.plans.list({ product: 'prod_demo_team' })).data
  expect(plans.map(({ id, amount, interval }) => [id, amount, interval]).sort()).toEqual([
    ['price_demo_team_monthly', 2900, 'month'],
    ['price_demo_team_monthly_2024', 1900, 'month'],
    ['price_demo_team_yearly', 29_000, 'year'],
  ])
})

test('a one-time price is no plan', async () => {
  const { stripe } = await start({ seed: 'demo' })
  expect(await failure(stripe.plans.retrieve('price_demo_import'))).toMatchObject({
    code: 'resource_missing',
  })
})
