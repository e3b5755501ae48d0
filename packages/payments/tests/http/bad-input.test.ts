import { beforeAll, describe, expect, test } from 'vitest'
import { useApi } from '../support/api.ts'
import { mirror } from '../support/mirror.ts'

const api = useApi()

beforeAll(async () => {
  await mirror.product(api.database.db)
  await mirror.price(api.database.db)
})

const POSTS = [
  '/payments/create-checkout-session',
  '/payments/create-checkout-session-onetime',
  '/payments/confirm-checkout-session',
]

describe.each(POSTS)('%s', (path) => {
  test.each([
    ['nothing', ''],
    ['half of an object', '{"price_id": '],
    ['no JSON at all', 'price_id=price_xxxxxx'],
    ['bytes that are no text', new Uint8Array([0xff, 0xfe, 0x00])],
  ])('given %s says that it wants JSON', async (_what, rawBody) => {
    expect(await api.request('POST', path, { as: 'ann', rawBody })).toMatchObject({
      status: 400,
      body: { code: 'malformed_json' },
    })
  })

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml'])(
    'given JSON as %s says that it wants JSON',
    async (type) => {
      const rawBody = JSON.stringify({ price_id: 'price_xxxxxx' })
      const headers = { 'Content-Type': type }
      expect(await api.request('POST', path, { as: 'ann', rawBody, headers })).toMatchObject({
        status: 400,
        body: { code: 'malformed_json' },
      })
    },
  )

  test.each([
    ['an array', []],
    ['null', null],
    ['a number', 7],
    ['an empty object', {}],
    ['ids of the wrong type', { price_id: 7, product_id: {}, session_id: ['cs_1'] }],
    ['empty ids', { price_id: '', product_id: '', session_id: '' }],
    ['ids that are paths', { price_id: '../x', product_id: 'a/b', session_id: '..%2f' }],
    ['ids that never end', { price_id: 'p'.repeat(5_000), product_id: 'p', session_id: 'c'.repeat(5_000) }],
    ['ids with a zero byte', { price_id: 'p\u0000', product_id: 'p\u0000', session_id: 'c\u0000' }],
  ])('given %s names each wrong field', async (_what, body) => {
    const answer = await api.request('POST', path, { as: 'ann', body })
    expect(answer).toMatchObject({ status: 400, body: { code: 'validation_failed' } })
    const { errors } = answer.body as { errors: { path: string; message: string }[] }
    expect(errors.length).toBeGreaterThan(0)
    for (const error of errors)
      expect(error).toEqual({ path: expect.any(String), message: expect.any(String) })
  })

  test('given a price_id such as __proto__ breaks nothing', async () => {
    const rawBody = '{"__proto__": {"price_id": "price_xxxxxx"}, "constructor": 1}'
    expect(await api.request('POST', path, { as: 'ann', rawBody })).toMatchObject({ status: 400 })
  })
})

describe('a query', () => {
  test('with a zero byte is refused, not handed to the database', async () => {
    const { status } = await api.request('GET', '/payments/transactions?starting_after=%00', { as: 'ann' })
    expect(status).toBe(400)
  })

  test('with a broken percent code is a 4xx', async () => {
    const { status } = await api.request('GET', '/payments/transactions?starting_after=%E0%A4%A', {
      as: 'ann',
    })
    expect(status).toBe(400)
  })

  test('of somebody who tries to be somebody else changes nothing', async () => {
    await mirror.subscription(api.database.db, { id: 'sub_of_bob', owner_id: 'bob' })
    const query = '?user_id=bob&owner_id=bob&ownerId=bob&customer=cus_bob'
    const { body } = await api.request('GET', `/payments/get-user-subscription${query}`, { as: 'ann' })
    expect(body).toMatchObject({ subscription: null })
  })
})

test('an owner or an address with a zero byte is refused or left out, not handed to the database', async () => {
  const owner = await api.request('GET', '/payments/get-user-subscription', {
    as: 'a\u0000b',
    email: 'x@example.com',
  })
  expect(owner.status).toBe(401)
  const address = await api.request('POST', '/payments/create-checkout-session', {
    as: 'zoe',
    email: 'z\u0000@example.com',
    body: { price_id: 'price_xxxxxx' },
  })
  expect(address).toMatchObject({ status: 400, body: { code: 'stripe_refused' } })
})

test('an owner whose id is SQL, a path or a script is an owner like any other', async () => {
  for (const as of ["'; drop table billhook.plans; --", '../../etc', '<script>', '漢字', 'a'.repeat(255)]) {
    const { status, body } = await api.request('GET', '/payments/get-user-subscription', {
      as,
      email: 'x@example.com',
    })
    expect({ status, body }).toEqual({
      status: 200,
      body: { subscription: null, message: 'No active subscription' },
    })
  }
})
