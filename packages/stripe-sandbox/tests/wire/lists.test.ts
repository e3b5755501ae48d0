import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { failure, start } from '../support/start.ts'

describe('pages', () => {
  test('lists are newest first and ten long unless asked otherwise', async () => {
    const { stripe } = await start()
    const ids = await createCustomers(stripe, 12)
    const list = await stripe.customers.list()
    expect(list).toMatchObject({ object: 'list', has_more: true, url: '/v1/customers' })
    expect(list.data.map(({ id }) => id)).toEqual(ids.slice(0, 10))
  })

  test('starting_after goes on after its object', async () => {
    const { stripe } = await start()
    const ids = await createCustomers(stripe, 5)
    const list = await stripe.customers.list({ limit: 2, starting_after: String(ids[2]) })
    expect(list.data.map(({ id }) => id)).toEqual(ids.slice(3))
    expect(list.has_more).toBe(false)
  })

  test('ending_before gives the page just before its object', async () => {
    const { stripe } = await start()
    const ids = await createCustomers(stripe, 5)
    const list = await stripe.customers.list({ limit: 2, ending_before: String(ids[4]) })
    expect(list.data.map(({ id }) => id)).toEqual(ids.slice(2, 4))
    expect(list.has_more).toBe(true)
  })

  test('the SDK pages through everything, in both directions', async () => {
    const { stripe } = await start()
    const ids = await createCustomers(stripe, 7)
    const forwards: string[] = []
    for await (const { id } of stripe.customers.list({ limit: 3 })) forwards.push(id)
    expect(forwards).toEqual(ids)
    const backwards: string[] = []
    for await (const { id } of stripe.customers.list({ limit: 3, ending_before: String(ids[6]) }))
      backwards.push(id)
    expect(backwards).toEqual(ids.slice(0, 6).reverse())
  })

  test.each([0, 101])('a limit of %i is refused', async (limit) => {
    const { stripe } = await start()
    expect(await failure(stripe.customers.list({ limit }))).toMatchObject({ statusCode: 400, param: 'limit' })
  })

  test('a cursor that names nothing is refused', async () => {
    const { stripe } = await start()
    expect(await failure(stripe.customers.list({ starting_after: 'cus_no' }))).toMatchObject({
      code: 'resource_missing',
      param: 'starting_after',
    })
  })

  test('two cursors at once are refused', async () => {
    const { stripe } = await start()
    const [id = ''] = await createCustomers(stripe, 1)
    const error = await failure(stripe.customers.list({ starting_after: id, ending_before: id }))
    expect(error.code).toBe('parameters_exclusive')
  })
})

describe('expand', () => {
  test('an id becomes its object', async () => {
    const { stripe } = await start({ seed: 'demo' })
    const price = await stripe.prices.retrieve('price_demo_team_yearly', { expand: ['product'] })
    expect(price.product).toMatchObject({ object: 'product', name: 'Larkspur Team' })
  })

  test('paths go through several objects', async () => {
    const { stripe } = await start({ seed: 'demo' })
    const price = await stripe.prices.retrieve('price_demo_team_yearly', {
      expand: ['product.default_price.product'],
    })
    expect(price.product).toMatchObject({
      default_price: { id: 'price_demo_team_monthly', product: { object: 'product' } },
    })
  })

  test('in a list the path begins with data', async () => {
    const { stripe } = await start({ seed: 'demo' })
    const prices = await stripe.prices.list({ expand: ['data.product'] })
    expect(prices.data.every(({ product }) => typeof product === 'object')).toBe(true)
  })

  test('a list path without data is refused with the hint', async () => {
    const { stripe } = await start({ seed: 'demo' })
    expect((await failure(stripe.prices.list({ expand: ['product'] }))).message).toBe(
      "This property cannot be expanded (product). You may want to try expanding 'data.product' instead.",
    )
  })

  test.each(['metadata', 'nonsense', 'product.metadata'])('%s cannot be expanded', async (path) => {
    const { stripe } = await start({ seed: 'demo' })
    const error = await failure(stripe.prices.retrieve('price_demo_team_yearly', { expand: [path] }))
    expect(error).toMatchObject({ statusCode: 400, message: `This property cannot be expanded (${path}).` })
  })

  test('more than four levels are refused', async () => {
    const { stripe } = await start({ seed: 'demo' })
    const error = await failure(
      stripe.prices.list({ expand: ['data.product.default_price.product.default_price'] }),
    )
    expect(error.message).toContain('You cannot expand more than 4 levels of a property.')
  })

  test('a wrong expansion undoes the creation that asked for it', async () => {
    const { stripe } = await start()
    await failure(stripe.customers.create({ name: 'A', expand: ['nonsense'] }))
    expect((await stripe.customers.list()).data).toEqual([])
  })
})

/** Makes customers one after the other. Returns their ids, newest first. */
async function createCustomers(stripe: Stripe, count: number): Promise<string[]> {
  const ids: string[] = []
  for (let n = 0; n < count; n += 1) ids.unshift((await stripe.customers.create({ name: `${n}` })).id)
  return ids
}
