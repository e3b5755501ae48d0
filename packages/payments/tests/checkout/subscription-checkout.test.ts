import { beforeAll, describe, expect, test } from 'vitest'
import { type Answer, FRONTEND_URL, useApi } from '../support/api.ts'
import { contractResponses, shapeOf } from '../support/contract.ts'
import { mirror } from '../support/mirror.ts'
import { customerOf, type Offer, pay, sell, sessionsOf } from '../support/shop.ts'

const api = useApi()
let basic: Offer
let premium: Offer

beforeAll(async () => {
  basic = await sell(api, { name: 'Basic', amountMinor: 999 })
  premium = await sell(api, { name: 'Premium', amountMinor: 2999 })
})

const subscribe = (as: string, body: object = { price_id: basic.priceId }): Promise<Answer> =>
  api.request('POST', '/payments/create-checkout-session', { as, body })

const urlOf = (answer: Answer): string => (answer.body as { checkout_url: string }).checkout_url

describe('a first checkout', () => {
  test("has the contract's shape", async () => {
    const { status, body } = await subscribe('ann')
    expect(status).toBe(200)
    expect(shapeOf(body)).toEqual(shapeOf(contractResponses('POST /payments/create-checkout-session')[0]))
  })

  test('asks Stripe for one of the plan, for this owner, with the pages of the app', async () => {
    const { body } = await subscribe('bea')
    const { session_id: id } = body as { session_id: string }
    const session = await api.stripe.checkout.sessions.retrieve(id, { expand: ['line_items'] })
    expect(session).toMatchObject({
      mode: 'subscription',
      customer: await customerOf(api, 'bea'),
      client_reference_id: 'bea',
      success_url: `${FRONTEND_URL}/success?session_id={CHECKOUT_SESSION_ID}`,
      cancel_url: `${FRONTEND_URL}/pricing`,
      metadata: { billhook_owner_id: 'bea' },
      line_items: { data: [{ price: { id: basic.priceId }, quantity: 1 }] },
    })
  })

  test('may name other pages of the app', async () => {
    const body = { price_id: basic.priceId, success_path: '/welcome?from=mail', cancel_path: '/plans' }
    const { session_id: id } = (await subscribe('cleo', body)).body as { session_id: string }
    expect(await api.stripe.checkout.sessions.retrieve(id)).toMatchObject({
      success_url: `${FRONTEND_URL}/welcome?from=mail&session_id={CHECKOUT_SESSION_ID}`,
      cancel_url: `${FRONTEND_URL}/plans`,
    })
  })

  test.each(['//evil.example', 'https://evil.example', '/\\evil.example', 'javascript:alert(1)'])(
    'may not lead to %s',
    async (path) => {
      for (const field of ['success_path', 'cancel_path']) {
        const { status, body } = await subscribe('dora', { price_id: basic.priceId, [field]: path })
        expect({ status, body }).toMatchObject({ status: 400, body: { code: 'invalid_return_path' } })
      }
    },
  )

  test('makes a customer that says whose it is', async () => {
    await api.request('POST', '/payments/create-checkout-session', {
      as: 'eve',
      email: 'eve@example.org',
      body: { price_id: basic.priceId },
    })
    expect(await api.stripe.customers.retrieve(await customerOf(api, 'eve'))).toMatchObject({
      email: 'eve@example.org',
      metadata: { billhook_owner_id: 'eve', billhook_customer_row: expect.stringMatching(/^\d+$/) },
    })
  })
})

describe('the same request again', () => {
  test('while its checkout is open gets the same address', async () => {
    const first = await subscribe('fay')
    expect(urlOf(await subscribe('fay'))).toBe(urlOf(first))
  })

  test('at the same moment gets the same address, and Stripe has one session', async () => {
    const answers = await Promise.all([subscribe('gil'), subscribe('gil')])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(new Set(answers.map(urlOf)).size).toBe(1)
    expect(await sessionsOf(api, 'gil')).toHaveLength(1)
  })

  test('fifty times at once makes one customer and one session', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => subscribe('hal')))
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200))
    expect(new Set(answers.map(urlOf)).size).toBe(1)
    expect(await sessionsOf(api, 'hal')).toHaveLength(1)
    const customers = await api.stripe.customers.list({ email: 'hal@example.com' })
    expect(customers.data).toHaveLength(1)
  })

  test('after its checkout has expired gets another address', async () => {
    const first = await subscribe('ida')
    await api.stripe.checkout.sessions.expire((first.body as { session_id: string }).session_id)
    const second = await subscribe('ida')
    expect(second.status).toBe(200)
    expect(urlOf(second)).not.toBe(urlOf(first))
  })

  test('after it was paid in another tab is refused, and the subscription is there without any webhook', async () => {
    const first = await subscribe('jon')
    expect((await pay(urlOf(first))).status).toBe(303)
    const again = await subscribe('jon')
    expect(again).toMatchObject({ status: 400, body: { code: 'already_subscribed' } })
    const { body } = await api.request('GET', '/payments/get-user-subscription', { as: 'jon' })
    expect(body).toMatchObject({ subscription: { status: 'active', plan: { id: basic.priceId } } })
  })
})

describe('a request for another plan', () => {
  test('closes the open checkout first', async () => {
    const first = await subscribe('kim')
    const second = await subscribe('kim', { price_id: premium.priceId })
    expect(second.status).toBe(200)
    const statuses = (await sessionsOf(api, 'kim')).map(({ url, status }) => ({ url, status }))
    expect(statuses).toEqual([
      { url: urlOf(second), status: 'open' },
      { url: null, status: 'expired' },
    ])
    expect(urlOf(second)).not.toBe(urlOf(first))
  })

  test('after the open one was paid is refused', async () => {
    const first = await subscribe('liz')
    await pay(urlOf(first))
    const second = await subscribe('liz', { price_id: premium.priceId })
    expect(second).toMatchObject({ status: 400, body: { code: 'already_subscribed' } })
  })

  test('at the same moment leaves one session that can be paid', async () => {
    const answers = await Promise.all([
      subscribe('max'),
      subscribe('max', { price_id: premium.priceId }),
      subscribe('max'),
      subscribe('max', { price_id: premium.priceId }),
    ])
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(0)
    expect(answers.filter(({ status }) => status !== 200 && status !== 409)).toEqual([])
    const open = (await sessionsOf(api, 'max')).filter(({ status }) => status === 'open')
    expect(open).toHaveLength(1)
  })
})

describe('an owner who has a subscription', () => {
  test.each(['active', 'trialing', 'past_due', 'unpaid', 'paused', 'incomplete', 'a_status_of_next_year'])(
    'that is %s cannot start another',
    async (status) => {
      const as = `owner-${status}`
      await mirror.subscription(api.database.db, { id: `sub_${status}`, owner_id: as, status })
      expect(await subscribe(as)).toMatchObject({
        status: 400,
        body: {
          code: 'already_subscribed',
          detail: 'User already has an active subscription. Cancel existing subscription first.',
        },
      })
    },
  )

  test.each(['canceled', 'incomplete_expired'])('that is %s can', async (status) => {
    const as = `owner-${status}`
    await mirror.subscription(api.database.db, { id: `sub_${status}`, owner_id: as, status })
    expect((await subscribe(as)).status).toBe(200)
  })

  test('that appears between the first look and the reservation cannot start another', async () => {
    await subscribe('pia')
    await api.database.db.query.deleteFrom('reservations').where('owner_id', '=', 'pia').execute()
    const blocker = await api.database.db.pool.connect()
    await blocker.query('begin; lock table billhook.customers in access exclusive mode')
    // It has looked by now, and waits for the customers.
    const asked = subscribe('pia')
    try {
      await expect.poll(() => waitingForCustomers()).toBe(1)
      await mirror.subscription(api.database.db, { id: 'sub_of_pia', owner_id: 'pia' })
    } finally {
      await blocker.query('commit')
      blocker.release()
    }
    expect(await asked).toMatchObject({ status: 400, body: { code: 'already_subscribed' } })
  })

  test('that only Stripe knows of cannot start another, and sees it afterwards', async () => {
    const first = await subscribe('ned')
    await api.stripe.checkout.sessions.expire((first.body as { session_id: string }).session_id)
    const customer = await customerOf(api, 'ned')
    const subscription = await api.stripe.subscriptions.create({
      customer,
      items: [{ price: premium.priceId }],
      trial_period_days: 30,
    })
    expect(await subscribe('ned')).toMatchObject({ status: 400, body: { code: 'already_subscribed' } })
    const { body } = await api.request('GET', '/payments/get-user-subscription', { as: 'ned' })
    expect(body).toMatchObject({ subscription: { id: subscription.id, status: 'trialing' } })
  })
})

describe('a price', () => {
  test.each([
    ['that nobody knows', () => 'price_nobody_knows', 'unknown_price'],
    ['that is sold once', () => once.priceId, 'price_not_recurring'],
    ['that is archived', () => archived.priceId, 'unknown_price'],
  ])('%s is refused', async (_which, priceId, code) => {
    expect(await subscribe('ola', { price_id: priceId() })).toMatchObject({ status: 400, body: { code } })
  })

  let once: Offer
  let archived: Offer

  beforeAll(async () => {
    once = await sell(api, { isRecurring: false })
    archived = await sell(api)
    await api.database.db.query
      .updateTable('prices')
      .set({ active: false })
      .where('id', '=', archived.priceId)
      .execute()
  })
})

async function waitingForCustomers(): Promise<number> {
  const { rows } = await api.database.db.pool.query<{ waiting: number }>(
    "select count(*) as waiting from pg_locks where not granted and relation = 'billhook.customers'::regclass",
  )
  return rows[0]?.waiting ?? 0
}
