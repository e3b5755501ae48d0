import Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import type { Sandbox } from '../../src/index.ts'
import { conforms } from '../support/conforms.ts'
import { eventually } from '../support/eventually.ts'
import { misfits } from '../support/fits-version.ts'
import { send } from '../support/http.ts'
import { startReceiver } from '../support/receiver.ts'
import { startShop } from '../support/shop.ts'
import { failure, start } from '../support/start.ts'

const acacia = '2025-02-24.acacia'

describe('reading at an older version', () => {
  test('shows an object in its shape, and what is expanded inside', async () => {
    const { sandbox, stripe, ...shop } = await startShop()
    const { id: customer } = await shop.customerWithCard()
    const { id } = await stripe.subscriptions.create({
      customer,
      items: [{ price: 'price_demo_team_monthly' }],
    })
    const answer = await get(sandbox, `/v1/subscriptions/${id}?expand[]=latest_invoice`, acacia)
    expect(answer.headers.get('stripe-version')).toBe(acacia)
    expect(answer.body).toMatchObject({
      current_period_end: expect.any(Number),
      latest_invoice: { object: 'invoice', subscription: id, paid: true },
    })
    expect(misfits(answer.body, acacia)).toEqual([])
  })

  test('shows lists likewise', async () => {
    const { sandbox } = await start({ seed: 'demo' })
    const { body } = await get(sandbox, '/v1/prices', acacia)
    expect(body).toMatchObject({ object: 'list' })
    expect(misfits(body, acacia)).toEqual([])
  })

  test('leaves events in the shape that they were made in', async () => {
    const { sandbox, stripe } = await start()
    await stripe.products.create({ name: 'A' })
    const { body } = await get(sandbox, '/v1/events', acacia)
    expect(body).toMatchObject({
      data: [{ api_version: Stripe.API_VERSION, data: { object: { tax_details: null } } }],
    })
  })

  test('does not know what only that version could expand', async () => {
    const { sandbox, stripe, ...shop } = await startShop()
    const { id: customer } = await shop.customerWithCard()
    await stripe.subscriptions.create({ customer, items: [{ price: 'price_demo_team_monthly' }] })
    const answer = await get(sandbox, '/v1/invoices?expand[]=data.payment_intent', acacia)
    expect(answer).toMatchObject({ status: 400, body: { error: { param: 'expand' } } })
  })
})

describe('what is refused', () => {
  test.each(['POST', 'DELETE'])(
    '%s at an older version: its parameters meant something else',
    async (method) => {
      const { sandbox, stripe } = await start()
      const { id } = await stripe.customers.create({})
      const answer = await send(sandbox, method, `/v1/customers/${id}`, {
        headers: { 'Stripe-Version': acacia },
      })
      expect(answer).toMatchObject({ status: 400, body: { error: { param: 'Stripe-Version' } } })
    },
  )

  test.each(['2020-08-27', '2024-09-30.acacia', '2099-01-01.zinnia'])('the version %s', async (version) => {
    const { sandbox } = await start()
    expect(await get(sandbox, '/v1/customers', version)).toMatchObject({
      status: 400,
      body: { error: { param: 'Stripe-Version' } },
    })
  })

  test('an account of a version that the sandbox does not know', async () => {
    await expect(start({ apiVersion: '2020-08-27' })).rejects.toThrow(
      'does not know the API version 2020-08-27',
    )
  })

  test('an endpoint of such a version', async () => {
    const { stripe } = await start()
    const call = stripe.webhookEndpoints.create({
      url: 'http://127.0.0.1:1/',
      enabled_events: ['*'],
      api_version: '2024-09-30.acacia',
    })
    expect(await failure(call)).toMatchObject({ code: 'sandbox_not_supported_yet', param: 'api_version' })
  })
})

test('a request without a version reads in the account’s', async () => {
  const { sandbox } = await start({ seed: 'demo', apiVersion: acacia })
  const { headers, body } = await send(sandbox, 'GET', '/v1/prices')
  expect(headers.get('stripe-version')).toBe(acacia)
  expect(misfits(body, acacia)).toEqual([])
})

test('events are listed in the account’s version', async () => {
  const { stripe } = await start({ seed: 'demo', apiVersion: acacia })
  const { data } = await stripe.events.list()
  expect(data.length).toBeGreaterThan(0)
  expect(data.flatMap((event) => misfits(event.data.object, acacia))).toEqual([])
})

test('an endpoint of today’s version gets today’s shape from an account of an older one', async () => {
  const receiver = await startReceiver()
  const { stripe } = await start({ apiVersion: acacia })
  await stripe.webhookEndpoints.create({
    url: receiver.url,
    enabled_events: ['*'],
    api_version: Stripe.API_VERSION,
  })
  await stripe.products.create({ name: 'A' })
  await eventually(() => receiver.received.length).toBe(1)
  expect(conforms(JSON.parse(receiver.received[0]?.body ?? '{}'))).toEqual([])
})

function get(sandbox: Sandbox, path: string, version: string) {
  return send(sandbox, 'GET', path, { headers: { 'Stripe-Version': version } })
}
