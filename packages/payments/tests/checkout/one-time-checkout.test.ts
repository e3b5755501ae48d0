import { beforeAll, describe, expect, test } from 'vitest'
import { type Answer, FRONTEND_URL, useApi } from '../support/api.ts'
import { contractResponses, shapeOf } from '../support/contract.ts'
import { customerOf, type Offer, pay, sell, sessionsOf } from '../support/shop.ts'

const api = useApi()
let mug: Offer
let shirt: Offer
let plan: Offer

beforeAll(async () => {
  mug = await sell(api, { name: 'Mug', amountMinor: 1200, isRecurring: false })
  shirt = await sell(api, { name: 'Shirt', amountMinor: 2500, isRecurring: false })
  plan = await sell(api, { name: 'Plan' })
})

interface BuyOptions {
  key?: string
  body?: object
}

const bodyOf = (offer: Offer) => ({ price_id: offer.priceId, product_id: offer.productId })

const buy = (as: string, { key, body = bodyOf(mug) }: BuyOptions = {}): Promise<Answer> =>
  api.request('POST', '/payments/create-checkout-session-onetime', {
    as,
    body,
    ...(key !== undefined && { headers: { 'Idempotency-Key': key } }),
  })

const urlOf = (answer: Answer): string => (answer.body as { checkout_url: string }).checkout_url

test('a product with an id of one’s own can be bought', async () => {
  const book = await sell(api, { name: 'Book', productId: 'e-book.2024', isRecurring: false })
  expect(await buy('ben', { body: bodyOf(book) })).toMatchObject({ status: 200 })
})

test("the answer has the contract's shape", async () => {
  const { status, body } = await buy('ann')
  expect(status).toBe(200)
  expect(shapeOf(body)).toEqual(
    shapeOf(contractResponses('POST /payments/create-checkout-session-onetime')[0]),
  )
})

test('Stripe is asked for one of the product, for this owner, with the pages of the app', async () => {
  const { body } = await buy('bea')
  const { session_id: id } = body as { session_id: string }
  expect(await api.stripe.checkout.sessions.retrieve(id, { expand: ['line_items'] })).toMatchObject({
    mode: 'payment',
    customer: await customerOf(api, 'bea'),
    client_reference_id: 'bea',
    success_url: `${FRONTEND_URL}/success?session_id={CHECKOUT_SESSION_ID}`,
    cancel_url: `${FRONTEND_URL}/pricing`,
    line_items: { data: [{ price: { id: mug.priceId }, quantity: 1 }] },
  })
})

test('the payment carries whose it is', async () => {
  await pay(urlOf(await buy('cleo')))
  const customer = await customerOf(api, 'cleo')
  const { data } = await api.stripe.paymentIntents.list({ customer })
  expect(data).toMatchObject([{ status: 'succeeded', metadata: { billhook_owner_id: 'cleo' } }])
})

test('the same product can be bought twice', async () => {
  const [first, second] = [await buy('dora'), await buy('dora')]
  expect(urlOf(first)).not.toBe(urlOf(second))
  for (const answer of [first, second]) expect((await pay(urlOf(answer))).status).toBe(303)
})

test('a subscription does not stand in the way', async () => {
  const subscription = await api.request('POST', '/payments/create-checkout-session', {
    as: 'eve',
    body: { price_id: plan.priceId },
  })
  await pay(urlOf(subscription))
  expect((await buy('eve')).status).toBe(200)
})

describe('what cannot be bought here', () => {
  test.each([
    [
      'a price that nobody knows',
      () => ({ price_id: 'price_x', product_id: mug.productId }),
      'unknown_price',
    ],
    ['a subscription price', () => bodyOf(plan), 'price_not_one_time'],
    [
      "another product's price",
      () => ({ price_id: mug.priceId, product_id: shirt.productId }),
      'product_price_mismatch',
    ],
    [
      'a product that nobody knows',
      () => ({ price_id: mug.priceId, product_id: 'prod_x' }),
      'product_price_mismatch',
    ],
  ])('%s', async (_what, body, code) => {
    expect(await buy('fay', { body: body() })).toMatchObject({ status: 400, body: { code } })
  })
})

describe('an Idempotency-Key', () => {
  test('gives a repeated request the first answer', async () => {
    const first = await buy('gil', { key: 'order-1' })
    const second = await buy('gil', { key: 'order-1' })
    expect(second).toMatchObject({ status: 200, body: first.body as object })
    expect(await sessionsOf(api, 'gil')).toHaveLength(1)
  })

  test('with another body is refused', async () => {
    await buy('hal', { key: 'order-1' })
    expect(await buy('hal', { key: 'order-1', body: bodyOf(shirt) })).toMatchObject({
      status: 409,
      body: { code: 'idempotency_key_reused' },
    })
  })

  test('at another endpoint is refused', async () => {
    await buy('ida', { key: 'order-1' })
    const answer = await api.request('POST', '/payments/create-checkout-session', {
      as: 'ida',
      body: { price_id: plan.priceId },
      headers: { 'Idempotency-Key': 'order-1' },
    })
    expect(answer).toMatchObject({ status: 409, body: { code: 'idempotency_key_reused' } })
  })

  test("of another owner is another owner's", async () => {
    const [first, second] = [await buy('jon', { key: 'order-1' }), await buy('kim', { key: 'order-1' })]
    expect(second.status).toBe(200)
    expect(urlOf(second)).not.toBe(urlOf(first))
  })

  test('sent ten times at once starts one checkout; who comes too early is told to wait', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => buy('liz', { key: 'order-1' })))
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      expect(answer).toMatchObject({ status: 409, body: { code: 'request_in_progress' } })
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    }
    expect(await sessionsOf(api, 'liz')).toHaveLength(1)
  })

  test('is free again after a refusal', async () => {
    const wrong = { price_id: mug.priceId, product_id: shirt.productId }
    expect((await buy('max', { key: 'order-1', body: wrong })).status).toBe(400)
    expect((await buy('max', { key: 'order-1' })).status).toBe(200)
  })

  test('finds the checkout whose answer was lost', async () => {
    api.network.weather = (call) => (call === 'POST /v1/checkout/sessions' ? 'answer lost' : 'fine')
    expect((await buy('ned', { key: 'order-1' })).status).toBe(503)
    api.network.weather = () => 'fine'
    expect((await buy('ned', { key: 'order-1' })).status).toBe(200)
    expect(await sessionsOf(api, 'ned')).toHaveLength(1)
  })

  test('is forgotten after a day', async () => {
    const first = await buy('ola', { key: 'order-1' })
    await api.database.db.pool.query(
      "update billhook.idempotency_keys set created_at = created_at - interval '24 hours' where owner_id = 'ola'",
    )
    const second = await buy('ola', { key: 'order-1', body: bodyOf(shirt) })
    expect(second.status).toBe(200)
    expect(urlOf(second)).not.toBe(urlOf(first))
  })

  test.each(['', 'x'.repeat(256), 'with space'])('such as "%s" is not one', async (key) => {
    expect(await buy('pia', { key })).toMatchObject({ status: 400, body: { code: 'validation_failed' } })
  })
})
