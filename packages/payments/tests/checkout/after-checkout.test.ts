import { beforeAll, describe, expect, test } from 'vitest'
import { type Answer, useApi } from '../support/api.ts'
import { contractResponses, shapeOf } from '../support/contract.ts'
import { mirror } from '../support/mirror.ts'
import { customerOf, type Offer, pay, sell } from '../support/shop.ts'

const api = useApi()
let plan: Offer
let mug: Offer

beforeAll(async () => {
  plan = await sell(api, { name: 'Premium Plan' })
  mug = await sell(api, { name: 'Mug', amountMinor: 1200, isRecurring: false })
})

interface Checkout {
  checkout_url: string
  session_id: string
}

async function startSubscription(as: string): Promise<Checkout> {
  const body = { price_id: plan.priceId }
  return (await api.request('POST', '/payments/create-checkout-session', { as, body })).body as Checkout
}

async function startPurchase(as: string): Promise<Checkout> {
  const body = { price_id: mug.priceId, product_id: mug.productId }
  return (await api.request('POST', '/payments/create-checkout-session-onetime', { as, body }))
    .body as Checkout
}

const confirm = (as: string, sessionId: string): Promise<Answer> =>
  api.request('POST', '/payments/confirm-checkout-session', { as, body: { session_id: sessionId } })

async function subscribe(as: string): Promise<void> {
  const checkout = await startSubscription(as)
  await pay(checkout.checkout_url)
  expect((await confirm(as, checkout.session_id)).status).toBe(200)
}

describe('confirming a checkout', () => {
  test('of a subscription answers it, and the mirror has it, without any webhook', async () => {
    const checkout = await startSubscription('ann')
    await pay(checkout.checkout_url)
    const confirmed = await confirm('ann', checkout.session_id)
    const { body } = await api.request('GET', '/payments/get-user-subscription', { as: 'ann' })
    expect(confirmed).toMatchObject({ status: 200, body: { status: 'complete', payment_status: 'paid' } })
    expect(confirmed.body).toMatchObject({
      purchase: null,
      subscription: (body as { subscription: object }).subscription,
    })
    expect(shapeOf(body)).toEqual(shapeOf(contractResponses('GET /payments/get-user-subscription')[0]))
  })

  test('of a purchase answers what was bought', async () => {
    const checkout = await startPurchase('bea')
    await pay(checkout.checkout_url)
    expect((await confirm('bea', checkout.session_id)).body).toEqual({
      status: 'complete',
      payment_status: 'paid',
      purchase: {
        items: [
          {
            price_id: mug.priceId,
            product_id: mug.productId,
            description: 'Mug',
            quantity: 1,
            amount: 1200,
            currency: 'usd',
          },
        ],
        amount: 1200,
        currency: 'usd',
      },
      subscription: null,
    })
  })

  test('that is not paid yet answers that it is open', async () => {
    const checkout = await startPurchase('cleo')
    expect((await confirm('cleo', checkout.session_id)).body).toEqual({
      status: 'open',
      payment_status: 'unpaid',
      purchase: null,
      subscription: null,
    })
  })

  test('may be repeated', async () => {
    const checkout = await startSubscription('dora')
    await pay(checkout.checkout_url)
    const answers = [await confirm('dora', checkout.session_id), await confirm('dora', checkout.session_id)]
    expect(answers[1]?.body).toEqual(answers[0]?.body)
  })

  test('of somebody else is as unknown as one that never was, and shows nothing of theirs', async () => {
    const checkout = await startSubscription('eve')
    await pay(checkout.checkout_url)
    await startPurchase('mallory')
    for (const [as, id] of [
      ['mallory', checkout.session_id],
      ['nobody-yet', checkout.session_id],
      ['mallory', 'cs_test_never'],
    ] as const) {
      const { status, body } = await confirm(as, id)
      expect({ status, body }).toEqual({
        status: 404,
        body: {
          code: 'unknown_checkout_session',
          detail: 'No such checkout session.',
          request_id: expect.any(String),
        },
      })
    }
  })

  test.each(['', 'a/../b', 'cs_1?expand[]=customer', 'cs_1%2f..', 42, null])(
    'of %j is refused before Stripe is asked',
    async (id) => {
      const before = api.network.calls.length
      const answer = await api.request('POST', '/payments/confirm-checkout-session', {
        as: 'fay',
        body: { session_id: id },
      })
      expect(answer).toMatchObject({ status: 400, body: { code: 'validation_failed' } })
      expect(api.network.calls).toHaveLength(before)
    },
  )
})

describe('canceling', () => {
  const cancel = (as: string): Promise<Answer> =>
    api.request('DELETE', '/payments/cancel-subscription', { as })

  test("has the contract's answer, and the period goes on", async () => {
    await subscribe('gil')
    const { status, body } = await cancel('gil')
    expect(status).toBe(200)
    expect(shapeOf(body)).toEqual(shapeOf(contractResponses('DELETE /payments/cancel-subscription')[0]))
    expect(body).toMatchObject({
      message: 'Subscription canceled successfully',
      subscription: { status: 'active', cancel_at_period_end: true },
    })
  })

  test('reaches Stripe', async () => {
    await subscribe('hal')
    await cancel('hal')
    const { data } = await api.stripe.subscriptions.list({ customer: await customerOf(api, 'hal') })
    expect(data).toMatchObject([{ status: 'active', cancel_at_period_end: true }])
  })

  test('may be repeated', async () => {
    await subscribe('ida')
    const answers = [await cancel('ida'), await cancel('ida')]
    expect(answers[1]).toMatchObject({ status: 200, body: answers[0]?.body as object })
  })

  test('again after it was undone at Stripe cancels again', async () => {
    await subscribe('jon')
    await cancel('jon')
    const { data } = await api.stripe.subscriptions.list({ customer: await customerOf(api, 'jon') })
    await api.stripe.subscriptions.update(data[0]?.id ?? '', { cancel_at_period_end: false })
    expect((await cancel('jon')).status).toBe(200)
    const after = await api.stripe.subscriptions.list({ customer: await customerOf(api, 'jon') })
    expect(after.data).toMatchObject([{ cancel_at_period_end: true }])
  })

  test('one that ended at Stripe meanwhile is 404, and the mirror knows', async () => {
    await subscribe('kim')
    const { data } = await api.stripe.subscriptions.list({ customer: await customerOf(api, 'kim') })
    await api.stripe.subscriptions.cancel(data[0]?.id ?? '')
    expect(await cancel('kim')).toMatchObject({ status: 404, body: { code: 'no_subscription' } })
    const { body } = await api.request('GET', '/payments/get-user-subscription', { as: 'kim' })
    expect(body).toMatchObject({ subscription: null })
  })

  test('without a subscription is 404', async () => {
    expect(await cancel('liz')).toMatchObject({
      status: 404,
      body: { code: 'no_subscription', detail: 'No active subscription found.' },
    })
  })

  test("never touches another owner's", async () => {
    await mirror.subscription(api.database.db, { id: 'sub_of_max', owner_id: 'max' })
    expect((await cancel('mallory')).status).toBe(404)
  })
})

describe('the billing portal', () => {
  const open = (as: string, query = ''): Promise<Answer> =>
    api.request('GET', `/payments/create-billing-portal-session${query}`, { as })

  test("has the contract's answer", async () => {
    await subscribe('ned')
    const { status, body } = await open('ned')
    expect(status).toBe(200)
    expect(shapeOf(body)).toEqual(
      shapeOf(contractResponses('GET /payments/create-billing-portal-session')[0]),
    )
  })

  test('of somebody without a customer is 400', async () => {
    expect(await open('ola')).toMatchObject({ status: 400, body: { code: 'no_customer' } })
  })

  test('of somebody whose customer was deleted at Stripe is 400', async () => {
    await startPurchase('pia')
    await api.stripe.customers.del(await customerOf(api, 'pia'))
    expect(await open('pia')).toMatchObject({ status: 400, body: { code: 'no_customer' } })
  })

  test('while Stripe is away is 503', async () => {
    await startPurchase('sue')
    api.network.weather = (call) => (call.endsWith('/billing_portal/sessions') ? 'unreachable' : 'fine')
    expect(await open('sue')).toMatchObject({ status: 503, body: { code: 'stripe_unavailable' } })
    api.network.weather = () => 'fine'
  })

  test('may lead back to a page of the app, and to no other', async () => {
    await startPurchase('quin')
    expect((await open('quin', '?return_path=/settings')).status).toBe(200)
    expect(await open('quin', `?return_path=${encodeURIComponent('//evil.example')}`)).toMatchObject({
      status: 400,
      body: { code: 'invalid_return_path' },
    })
  })

  test('is the canceling and undoing of the same subscription that the API shows', async () => {
    await subscribe('rex')
    const { data } = await api.stripe.subscriptions.list({ customer: await customerOf(api, 'rex') })
    const [subscription] = data
    // As the portal cancels in flexible billing mode: a date instead of the flag.
    await api.stripe.subscriptions.update(subscription?.id ?? '', {
      cancel_at: subscription?.items.data[0]?.current_period_end ?? 0,
    })
    const answer = await api.request('DELETE', '/payments/cancel-subscription', { as: 'rex' })
    expect(answer).toMatchObject({ status: 200, body: { subscription: { cancel_at_period_end: true } } })
  })
})

describe('the history', () => {
  const history = async (as: string) =>
    (await api.request('GET', '/payments/transactions', { as })).body as { data: object[] }

  test('has one entry for a subscription, with invoice and receipt', async () => {
    await subscribe('tom')
    expect((await history('tom')).data).toEqual([
      expect.objectContaining({
        id: expect.stringMatching(/^in_/),
        type: 'invoice',
        status: 'paid',
        amount: 2999,
        currency: 'usd',
        receipt_url: expect.stringMatching(/^http/),
        hosted_invoice_url: expect.stringMatching(/^http/),
        invoice_pdf: expect.stringMatching(/^http/),
      }),
    ])
  })

  test('has one entry for a purchase, with its receipt', async () => {
    const checkout = await startPurchase('una')
    await pay(checkout.checkout_url)
    await confirm('una', checkout.session_id)
    expect((await history('una')).data).toEqual([
      expect.objectContaining({
        id: expect.stringMatching(/^pi_/),
        type: 'payment',
        status: 'succeeded',
        amount: 1200,
        receipt_url: expect.stringMatching(/^http/),
        hosted_invoice_url: null,
      }),
    ])
  })
})
