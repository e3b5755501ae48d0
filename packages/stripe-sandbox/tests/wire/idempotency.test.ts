import { request as httpRequest } from 'node:http'
import Stripe from 'stripe'
import { expect, test } from 'vitest'
import type { Sandbox } from '../../src/index.ts'
import { eventually } from '../support/eventually.ts'
import { post } from '../support/http.ts'
import { failure, start } from '../support/start.ts'

test('the same key and parameters give the first answer again and do nothing twice', async () => {
  const { stripe } = await start()
  const first = await stripe.customers.create({ name: 'Ada' }, { idempotencyKey: 'k1' })
  const second = await stripe.customers.create({ name: 'Ada' }, { idempotencyKey: 'k1' })
  expect(second.id).toBe(first.id)
  expect(second.lastResponse.headers['idempotent-replayed']).toBe('true')
  expect(second.lastResponse.headers['original-request']).toBe(first.lastResponse.requestId)
  expect((await stripe.customers.list()).data).toHaveLength(1)
})

test('the order of parameters does not matter', async () => {
  const { sandbox } = await start()
  const headers = { 'Idempotency-Key': 'k1' }
  const first = await post(sandbox, '/v1/customers', 'name=A&phone=1', headers)
  expect((await post(sandbox, '/v1/customers', 'phone=1&name=A', headers)).body).toEqual(first.body)
})

test('the same key with other parameters is an idempotency error', async () => {
  const { stripe } = await start()
  await stripe.customers.create({ name: 'Ada' }, { idempotencyKey: 'k1' })
  const error = await failure(stripe.customers.create({ name: 'Bob' }, { idempotencyKey: 'k1' }))
  expect(error).toBeInstanceOf(Stripe.errors.StripeIdempotencyError)
  expect(error).toMatchObject({ statusCode: 400 })
  expect(error.message).toContain("Try using a key other than 'k1'")
})

test('the same key at another endpoint is an idempotency error', async () => {
  const { stripe } = await start()
  await stripe.customers.create({ name: 'Ada' }, { idempotencyKey: 'k1' })
  const error = await failure(stripe.products.create({ name: 'Ada' }, { idempotencyKey: 'k1' }))
  expect(error.message).toContain(
    "for the same endpoint they were first used for ('/v1/products' vs '/v1/customers')",
  )
})

test('the same key while the first request is still arriving is a 409 that asks for another try', async () => {
  const { sandbox } = await start()
  const first = await beginRequest(sandbox, 'k1')
  const second = await post(sandbox, '/v1/customers', 'name=A', { 'Idempotency-Key': 'k1' })
  expect(second.status).toBe(409)
  expect(second.body).toMatchObject({
    error: { code: 'idempotency_key_in_use', type: 'invalid_request_error' },
  })
  expect(second.headers.get('stripe-should-retry')).toBe('true')
  expect(await first.finish()).toBe(200)
})

test('a client that goes away gives its key back', async () => {
  const { sandbox } = await start()
  const first = await beginRequest(sandbox, 'k1')
  first.abort()
  await eventually(
    async () => (await post(sandbox, '/v1/customers', 'name=A', { 'Idempotency-Key': 'k1' })).status,
  ).toBe(200)
})

test('a failed validation is not remembered: the key can be used again', async () => {
  const { stripe } = await start()
  await failure(stripe.customers.create({ email: 'nonsense' }, { idempotencyKey: 'k1' }))
  const { email } = await stripe.customers.create({ email: 'a@b.co' }, { idempotencyKey: 'k1' })
  expect(email).toBe('a@b.co')
})

test('an error of the execution is remembered and replayed', async () => {
  const { stripe } = await start()
  const create = () =>
    stripe.prices.create({ currency: 'usd', unit_amount: 1, product: 'p1' }, { idempotencyKey: 'k1' })
  const first = await failure(create())
  await stripe.products.create({ id: 'p1', name: 'There now' })
  const second = await failure(create())
  expect(second.message).toBe(first.message)
  expect(second.headers?.['idempotent-replayed']).toBe('true')
})

test('a key of more than 255 characters is refused', async () => {
  const { stripe } = await start()
  expect(await failure(stripe.customers.create({}, { idempotencyKey: 'x'.repeat(256) }))).toMatchObject({
    statusCode: 400,
  })
})

test('an event tells the key and the request that caused it', async () => {
  const { stripe } = await start()
  const { lastResponse } = await stripe.customers.create({}, { idempotencyKey: 'k1' })
  const event = (await stripe.events.list()).data[0]
  expect(event?.request).toEqual({ id: lastResponse.requestId, idempotency_key: 'k1' })
})

/** Sends the head and half of the body, so that the request is in flight until `finish` or `abort`. */
async function beginRequest(sandbox: Sandbox, key: string) {
  const body = 'name=A'
  const request = httpRequest(`${sandbox.url}/v1/customers`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${sandbox.apiKey}`,
      'Idempotency-Key': key,
      'Content-Length': body.length,
      Expect: '100-continue',
    },
  })
  const status = new Promise<number>((resolve) => {
    request.on('response', (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    request.on('error', () => resolve(0))
  })
  // The server has read the head when it says "continue".
  await new Promise((resolve) => {
    request.on('continue', resolve)
    request.flushHeaders()
  })
  request.write(body.slice(0, 3))
  return {
    finish: () => {
      request.end(body.slice(3))
      return status
    },
    abort: () => request.destroy(),
  }
}
