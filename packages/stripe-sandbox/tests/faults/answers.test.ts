import Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import type { Sandbox } from '../../src/index.ts'
import { eventually } from '../support/eventually.ts'
import { post, send } from '../support/http.ts'
import { movableClock } from '../support/movable-clock.ts'
import { clientOf, failure, start } from '../support/start.ts'

const customers = { method: 'POST', path: '/v1/customers' }
const key = { 'Idempotency-Key': 'k1' }

describe('a connection that is reset', () => {
  test('has done nothing', async () => {
    const { sandbox, stripe } = await start()
    sandbox.faults.set({ rules: [{ fault: 'reset_connection', where: customers }] })
    await expect(post(sandbox, '/v1/customers', 'name=A')).rejects.toThrow()
    expect((await stripe.customers.list()).data).toEqual([])
  })

  test('is healed by the SDK’s own retry when it happens once', async () => {
    const { sandbox, stripe } = await start()
    sandbox.faults.set({ rules: [{ fault: 'reset_connection', count: 1 }] })
    const { id } = await stripe.customers.create({ name: 'Ada' })
    expect((await stripe.customers.list()).data.map((each) => each.id)).toEqual([id])
  })
})

test('a lost answer has done its work, and the same key finds out what it was', async () => {
  const { sandbox, stripe } = await start()
  sandbox.faults.set({ rules: [{ fault: 'lose_answer', count: 1, where: customers }] })
  await expect(post(sandbox, '/v1/customers', 'name=A', key)).rejects.toThrow()
  const [customer] = (await stripe.customers.list()).data
  const again = await post(sandbox, '/v1/customers', 'name=A', key)
  expect(again.body).toMatchObject({ id: customer?.id })
  expect(again.headers.get('idempotent-replayed')).toBe('true')
})

test('an answer can be lost that is an error', async () => {
  const { sandbox } = await start()
  sandbox.faults.set({ rules: [{ fault: 'lose_answer' }] })
  await expect(send(sandbox, 'GET', '/v1/customers/cus_none')).rejects.toThrow()
})

test('a truncated answer begins and does not end, and has done its work', async () => {
  const { sandbox, stripe } = await start()
  sandbox.faults.set({ rules: [{ fault: 'truncate_answer', where: customers }] })
  const response = await fetch(`${sandbox.url}/v1/customers`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${sandbox.apiKey}` },
  })
  expect(response.status).toBe(200)
  await expect(response.text()).rejects.toThrow()
  expect((await stripe.customers.list()).data).toHaveLength(1)
})

describe('a stalled request', () => {
  test('is never answered, has done nothing, and gives its key back when the client goes', async () => {
    const { sandbox, stripe } = await start()
    sandbox.faults.set({ rules: [{ fault: 'stall', count: 1, where: customers }] })
    await giveUpOn(sandbox)
    expect((await stripe.customers.list()).data).toEqual([])
    await eventually(async () => (await post(sandbox, '/v1/customers', 'name=A', key)).status).toBe(200)
  })

  test('may have done its work', async () => {
    const { sandbox, stripe } = await start()
    sandbox.faults.set({ rules: [{ fault: 'stall', when: 'after_work', count: 1, where: customers }] })
    await giveUpOn(sandbox)
    expect((await stripe.customers.list()).data).toHaveLength(1)
  })

  /** Sends a request and hangs up once it has been struck. */
  async function giveUpOn(sandbox: Sandbox): Promise<void> {
    const client = new AbortController()
    const call = fetch(`${sandbox.url}/v1/customers`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${sandbox.apiKey}`, ...key },
      body: 'name=A',
      signal: client.signal,
    })
    await eventually(() => sandbox.faults.list()[0]?.struck).toBe(1)
    client.abort()
    await expect(call).rejects.toThrow()
  }
})

describe('a slow answer', () => {
  test('has done its work long before it comes', async () => {
    const { sandbox } = await start()
    sandbox.faults.set({ rules: [{ fault: 'slow_answer', delayMs: 600_000 }] })
    const client = new AbortController()
    const call = fetch(`${sandbox.url}/v1/customers`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${sandbox.apiKey}` },
      signal: client.signal,
    })
    await eventually(() => sandbox.context.store.count('customer')).toBe(1)
    client.abort()
    await expect(call).rejects.toThrow()
  })

  test('comes', async () => {
    const { sandbox, stripe } = await start()
    sandbox.faults.set({ rules: [{ fault: 'slow_answer', delayMs: 20 }] })
    expect((await stripe.customers.create({ name: 'Ada' })).name).toBe('Ada')
  })
})

describe('an error of Stripe’s own', () => {
  test('before the work has done nothing and is not remembered', async () => {
    const { sandbox, stripe } = await start()
    sandbox.faults.set({ rules: [{ fault: 'server_error', count: 1 }] })
    expect((await post(sandbox, '/v1/customers', 'name=A', key)).status).toBe(500)
    expect((await stripe.customers.list()).data).toEqual([])
    expect((await post(sandbox, '/v1/customers', 'name=A', key)).status).toBe(200)
  })

  test('after the work is what its key answers from then on', async () => {
    const { sandbox, stripe } = await start()
    sandbox.faults.set({ rules: [{ fault: 'server_error', when: 'after_work', count: 1 }] })
    const first = await post(sandbox, '/v1/customers', 'name=A', key)
    const second = await post(sandbox, '/v1/customers', 'name=A', key)
    expect([first.status, second.status]).toEqual([500, 500])
    expect(second.body).toEqual(first.body)
    expect(second.headers.get('idempotent-replayed')).toBe('true')
    expect((await stripe.customers.list()).data).toHaveLength(1)
  })

  test('after a card was declined hides that it was', async () => {
    const { sandbox, stripe } = await start()
    sandbox.faults.set({ rules: [{ fault: 'server_error', when: 'after_work', where: { method: 'POST' } }] })
    const call = stripe.paymentIntents.create({
      amount: 500,
      currency: 'usd',
      payment_method: 'pm_card_chargeDeclined',
      confirm: true,
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    })
    expect(await failure(call)).toMatchObject({ statusCode: 500 })
    expect((await stripe.charges.list()).data).toMatchObject([{ status: 'failed' }])
  })

  test('is a StripeAPIError to the SDK', async () => {
    const { sandbox, stripe } = await start()
    sandbox.faults.set({ rules: [{ fault: 'server_error' }] })
    expect(await failure(stripe.customers.list())).toBeInstanceOf(Stripe.errors.StripeAPIError)
  })
})

describe('too many requests', () => {
  test('say how long to wait', async () => {
    const { sandbox } = await start()
    sandbox.faults.set({ rules: [{ fault: 'rate_limit', retryAfterSeconds: 3 }] })
    const answer = await send(sandbox, 'GET', '/v1/customers')
    expect(answer).toMatchObject({ status: 429, body: { error: { code: 'rate_limit' } } })
    expect(answer.headers.get('retry-after')).toBe('3')
  })

  test('or do not, and the SDK does not try again', async () => {
    const { sandbox } = await start()
    sandbox.faults.set({ rules: [{ fault: 'rate_limit', count: 1 }] })
    const stripe = clientOf(sandbox, { maxNetworkRetries: 2 })
    const error = await failure(stripe.customers.create({}))
    expect(error).toBeInstanceOf(Stripe.errors.StripeRateLimitError)
    expect(error.headers).not.toHaveProperty('retry-after')
  })

  test('are not remembered under a key', async () => {
    const { sandbox } = await start()
    sandbox.faults.set({ rules: [{ fault: 'rate_limit', count: 1 }] })
    expect((await post(sandbox, '/v1/customers', 'name=A', key)).status).toBe(429)
    expect((await post(sandbox, '/v1/customers', 'name=A', key)).status).toBe(200)
  })

  test('at one object are a lock, which the SDK tries again by itself', async () => {
    const { sandbox } = await start()
    sandbox.faults.set({ rules: [{ fault: 'lock_timeout', count: 1 }] })
    const stripe = clientOf(sandbox, { maxNetworkRetries: 1 })
    expect((await stripe.customers.create({ name: 'Ada' })).name).toBe('Ada')
    expect(sandbox.faults.list()[0]?.struck).toBe(1)
  })
})

test('a key in use is a 409, and a request without a key is left alone', async () => {
  const { sandbox, stripe } = await start()
  sandbox.faults.set({ rules: [{ fault: 'idempotency_key_in_use' }] })
  expect((await stripe.customers.list()).data).toEqual([])
  expect(await failure(stripe.customers.create({}))).toMatchObject({
    statusCode: 409,
    code: 'idempotency_key_in_use',
  })
})

test('search lags behind: it finds what is old enough', async () => {
  const clock = movableClock(1_800_000_000)
  const { sandbox, stripe } = await start({ clock })
  sandbox.faults.set({ rules: [{ fault: 'search_lag', lagSeconds: 60 }] })
  const { id: old } = await stripe.customers.create({ email: 'ada@example.com' })
  clock.advance(60)
  await stripe.customers.create({ email: 'ada@example.com' })
  const found = await stripe.customers.search({ query: 'email:"ada@example.com"', limit: 1 })
  expect(found).toMatchObject({ data: [{ id: old }], has_more: false })
  expect((await stripe.customers.list()).data).toHaveLength(2)
})

describe('a list', () => {
  test('is empty although it should not be', async () => {
    const { sandbox, stripe } = await start({ seed: 'demo' })
    sandbox.faults.set({ rules: [{ fault: 'empty_list', where: { path: '/v1/products' } }] })
    expect(await stripe.products.list()).toMatchObject({ data: [], has_more: false })
    expect((await stripe.prices.list()).data).not.toEqual([])
  })

  test('ends early without saying so', async () => {
    const { sandbox, stripe } = await start({ seed: 'demo' })
    sandbox.faults.set({ rules: [{ fault: 'short_list', keep: 2 }] })
    expect(await stripe.products.list()).toMatchObject({ data: [{}, {}], has_more: false })
  })

  test('may be shorter than asked for and say that there is more', async () => {
    const { sandbox, stripe } = await start({ seed: 'demo' })
    const all = (await stripe.products.list()).data.map(({ id }) => id)
    sandbox.faults.set({ rules: [{ fault: 'short_list', keep: 1, hasMore: true, count: 1 }] })
    expect((await stripe.products.list().autoPagingToArray({ limit: 100 })).map(({ id }) => id)).toEqual(all)
  })

  test('is what such a rule waits for: another answer does not use it up', async () => {
    const { sandbox, stripe } = await start()
    sandbox.faults.set({ rules: [{ fault: 'empty_list', count: 1 }] })
    const { id } = await stripe.customers.create({})
    expect((await stripe.customers.retrieve(id)).id).toBe(id)
    expect((await stripe.customers.list()).data).toEqual([])
  })
})
