import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { cards, everythingConforms, startShop, typesOf } from '../support/shop.ts'
import { failure } from '../support/start.ts'

const oneTime = { price: 'price_demo_templates', quantity: 1 }
const monthly = { price: 'price_demo_team_monthly', quantity: 1 }

describe('what Stripe refuses of a new session', () => {
  const refused: [string, Partial<Stripe.Checkout.SessionCreateParams>, Record<string, unknown>][] = [
    [
      'a recurring price in payment mode',
      { mode: 'payment', line_items: [monthly] },
      { message: expect.stringContaining('You specified `payment` mode but passed a recurring price.') },
    ],
    [
      'only one-time prices in subscription mode',
      { line_items: [oneTime] },
      { message: expect.stringContaining('at least one recurring price in `subscription` mode') },
    ],
    [
      'an archived price',
      { line_items: [{ price: 'price_demo_team_monthly_2024', quantity: 1 }] },
      {
        message: 'The price specified is inactive. This field only accepts active prices.',
        param: 'line_items[0][price]',
      },
    ],
    [
      'an unknown price',
      { line_items: [{ price: 'price_none', quantity: 1 }] },
      { code: 'resource_missing', message: "No such price: 'price_none'", param: 'line_items[0][price]' },
    ],
    ['no lines', { line_items: [] }, { code: 'parameter_missing', param: 'line_items' }],
    [
      'a line without a quantity',
      { line_items: [{ price: monthly.price }] },
      { message: 'Quantity is required. Add `quantity` to `line_items[0]`' },
    ],
    ['an unknown customer', { customer: 'cus_none' }, { code: 'resource_missing', param: 'customer' }],
    [
      'customer_creation in subscription mode',
      { customer_creation: 'always' },
      { param: 'customer_creation' },
    ],
    [
      'customer_update without a customer',
      { customer_update: { name: 'auto' } },
      { param: 'customer_update' },
    ],
    [
      'payment_intent_data in subscription mode',
      { payment_intent_data: { description: 'x' } },
      { message: 'You can not pass `payment_intent_data` in `subscription` mode.' },
    ],
    [
      'an address that is none',
      { success_url: 'thanks.html' },
      { code: 'url_invalid', param: 'success_url' },
    ],
    [
      'a trial of no days',
      { subscription_data: { trial_period_days: 0 } },
      { type: 'StripeInvalidRequestError' },
    ],
    ['an e-mail that is none', { customer_email: 'nobody' }, { code: 'email_invalid' }],
  ]

  test.each(refused)('%s', async (_, parameters, error) => {
    const shop = await startShop()
    expect(await failure(shop.checkout(parameters))).toMatchObject({ statusCode: 400, ...error })
  })

  test('a customer and an e-mail together', async () => {
    const shop = await startShop()
    const { id } = await shop.stripe.customers.create()
    const call = shop.checkout({ customer: id, customer_email: 'ada@example.com' })
    expect(await failure(call)).toMatchObject({
      message: 'You may only specify one of these parameters: customer, customer_email.',
    })
  })

  test('a deleted customer', async () => {
    const shop = await startShop()
    const { id } = await shop.stripe.customers.create()
    await shop.stripe.customers.del(id)
    expect(await failure(shop.checkout({ customer: id }))).toMatchObject({ code: 'resource_missing' })
  })

  test('an end sooner than 30 minutes or later than 24 hours from now', async () => {
    const shop = await startShop()
    for (const seconds of [30 * 60 - 1, 24 * 3600 + 1]) {
      const call = shop.checkout({ expires_at: shop.clock.now() + seconds })
      expect(await failure(call)).toMatchObject({ param: 'expires_at', statusCode: 400 })
    }
  })

  test('less money than can be charged', async () => {
    const shop = await startShop()
    const { id } = await shop.stripe.products.create({ name: 'Sticker' })
    const price = await shop.stripe.prices.create({ product: id, currency: 'usd', unit_amount: 49 })
    const call = shop.checkout({ mode: 'payment', line_items: [{ price: price.id, quantity: 1 }] })
    expect(await failure(call)).toMatchObject({ code: 'amount_too_small' })
  })

  test('more money than can be charged', async () => {
    const shop = await startShop()
    const line = { price: 'price_demo_templates', quantity: 99_999 }
    const call = shop.checkout({ mode: 'payment', line_items: [line] })
    expect(await failure(call)).toMatchObject({ code: 'amount_too_large' })
  })

  const notYet: Partial<Stripe.Checkout.SessionCreateParams>[] = [
    { automatic_tax: { enabled: true } },
    { ui_mode: 'embedded_page' },
    { locale: 'fi' },
    { allowed_payment_method_types: ['klarna'] },
  ]

  test.each(notYet)('%o, which this sandbox does not do yet, in plain words', async (parameters) => {
    const shop = await startShop()
    expect(await failure(shop.checkout(parameters))).toMatchObject({ code: 'sandbox_not_supported_yet' })
  })
})

describe('an open session', () => {
  test('is payable at its url for 24 hours', async () => {
    const shop = await startShop()
    const session = await shop.checkout()
    expect(session).toMatchObject({
      id: expect.stringMatching(/^cs_test_/),
      status: 'open',
      payment_status: 'unpaid',
      ui_mode: 'hosted_page',
      expires_at: shop.clock.now() + 24 * 3600,
      url: `${shop.sandbox.url}/c/pay/${session.id}`,
    })
  })

  test('shows its lines only when they are asked for', async () => {
    const shop = await startShop()
    const session = await shop.checkout({ line_items: [monthly, { ...oneTime, quantity: 3 }] })
    expect(session.line_items).toBeUndefined()
    const expanded = await shop.stripe.checkout.sessions.retrieve(session.id, { expand: ['line_items'] })
    const listed = await shop.stripe.checkout.sessions.listLineItems(session.id, { limit: 1 })
    expect(
      expanded.line_items?.data.map((line) => [line.price?.id, line.quantity, line.amount_total]),
    ).toEqual([
      ['price_demo_team_monthly', 1, 2900],
      ['price_demo_templates', 3, 5700],
    ])
    expect([listed.data.length, listed.has_more]).toEqual([1, true])
  })

  test('pages through all its lines', async () => {
    const shop = await startShop()
    const session = await shop.checkout({ mode: 'payment', line_items: [oneTime, oneTime, oneTime] })
    const lines = await shop.stripe.checkout.sessions
      .listLineItems(session.id, { limit: 1 })
      .autoPagingToArray({ limit: 10 })
    expect(new Set(lines.map((line) => line.id)).size).toBe(3)
  })

  test('is found by customer and by status', async () => {
    const shop = await startShop()
    const { id } = await shop.stripe.customers.create()
    const mine = await shop.checkout({ customer: id })
    const other = await shop.checkout()
    await shop.stripe.checkout.sessions.expire(other.id)
    const { sessions } = shop.stripe.checkout
    expect((await sessions.list({ customer: id })).data.map((each) => each.id)).toEqual([mine.id])
    expect((await sessions.list({ status: 'open' })).data.map((each) => each.id)).toEqual([mine.id])
    expect((await sessions.list({ status: 'expired' })).data.map((each) => each.id)).toEqual([other.id])
  })

  test('is found by what it led to', async () => {
    const shop = await startShop()
    const bought = await shop.checkout()
    const subscribed = await shop.checkout({ mode: 'payment', line_items: [oneTime] })
    shop.pay(bought.id)
    shop.pay(subscribed.id)
    const { sessions } = shop.stripe.checkout
    const { subscription } = await sessions.retrieve(bought.id)
    const { payment_intent: intent } = await sessions.retrieve(subscribed.id)
    const bySubscription = await sessions.list({ subscription: subscription as string })
    const byIntent = await sessions.list({ payment_intent: intent as string })
    expect([bySubscription.data[0]?.id, byIntent.data[0]?.id]).toEqual([bought.id, subscribed.id])
  })
})

describe('an expired session', () => {
  test('says so, and cannot be paid', async () => {
    const shop = await startShop()
    const session = await shop.checkout()
    await shop.newEvents()
    expect(await shop.stripe.checkout.sessions.expire(session.id)).toMatchObject({
      status: 'expired',
      url: null,
    })
    expect(typesOf(await shop.newEvents())).toEqual(['checkout.session.expired'])
    expect(shop.pay(session.id)).toEqual({ outcome: 'closed', reason: 'expired' })
  })

  test('takes its unpaid PaymentIntent with it', async () => {
    const shop = await startShop()
    const session = await shop.checkout({ mode: 'payment', line_items: [oneTime] })
    shop.pay(session.id, cards.declined)
    await shop.stripe.checkout.sessions.expire(session.id)
    const [intent] = (await shop.stripe.paymentIntents.list()).data
    expect(intent?.status).toBe('canceled')
    expect(everythingConforms(shop.sandbox)).toEqual([])
  })

  test('cannot be expired again, and neither can a complete one', async () => {
    const shop = await startShop()
    const [expired, complete] = [await shop.checkout(), await shop.checkout()]
    await shop.stripe.checkout.sessions.expire(expired.id)
    shop.pay(complete.id)
    for (const { id } of [expired, complete]) {
      expect(await failure(shop.stripe.checkout.sessions.expire(id))).toMatchObject({ statusCode: 400 })
    }
  })

  test('comes of itself when its time is over, and is announced once', async () => {
    const shop = await startShop()
    const session = await shop.checkout({ expires_at: shop.clock.now() + 3600 })
    await shop.newEvents()
    shop.clock.advance(3600)
    expect(shop.pay(session.id)).toEqual({ outcome: 'closed', reason: 'expired' })
    expect(await shop.stripe.checkout.sessions.retrieve(session.id)).toMatchObject({ status: 'expired' })
    expect(typesOf(await shop.newEvents())).toEqual(['checkout.session.expired'])
  })

  test('needs nobody to look at it', async () => {
    const shop = await startShop()
    await shop.checkout()
    await shop.newEvents()
    shop.clock.advance(24 * 3600)
    await expect.poll(async () => typesOf(await shop.newEvents())).toEqual(['checkout.session.expired'])
  })
})
