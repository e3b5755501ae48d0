import { describe, expect, test } from 'vitest'
import { startShop, typesOf } from '../support/shop.ts'
import { failure } from '../support/start.ts'

const items = [{ price: 'price_demo_team_monthly' }]

describe('a parameter is acted upon or refused: ', () => {
  test('off_session uses the consent that a card was set up with', async () => {
    const { stripe, ...shop } = await startShop()
    const { id: customer } = await shop.customerWithCard('pm_card_authenticationRequiredSetupForOffSession')
    const asked = await stripe.subscriptions.create({ customer, items })
    const unasked = await stripe.subscriptions.create({ customer, items, off_session: true })
    expect([asked.status, unasked.status]).toEqual(['incomplete', 'active'])
  })

  test('a balance changes the next invoice', async () => {
    const { stripe } = await startShop()
    const { id: customer } = await stripe.customers.create({ balance: -5000 })
    const items = [{ price: 'price_demo_team_monthly' }]
    const { latest_invoice: invoice } = await stripe.subscriptions.create({
      customer,
      items,
      expand: ['latest_invoice'],
    })
    expect(invoice).toMatchObject({ status: 'paid', amount_due: 0, ending_balance: -2100 })
  })

  test('the customer’s invoice settings stand on the invoices', async () => {
    const { stripe, ...shop } = await startShop()
    const { id } = await shop.customerWithCard()
    await stripe.customers.update(id, {
      invoice_settings: { footer: 'Thank you', custom_fields: [{ name: 'PO', value: '7' }] },
    })
    const subscription = await stripe.subscriptions.create({ customer: id, items })
    expect(await stripe.invoices.retrieve(idOf(subscription.latest_invoice))).toMatchObject({
      footer: 'Thank you',
      custom_fields: [{ name: 'PO', value: '7' }],
    })
  })

  test('an invoice prefix is three to twelve capitals or digits', async () => {
    const { stripe } = await startShop()
    expect(await failure(stripe.customers.create({ invoice_prefix: 'no' }))).toMatchObject({
      param: 'invoice_prefix',
    })
    expect((await stripe.customers.create({ invoice_prefix: 'ACME7' })).invoice_prefix).toBe('ACME7')
  })

  test('confirming parameters need a confirmation', async () => {
    const { stripe } = await startShop()
    const intent = { amount: 2000, currency: 'usd' }
    expect(await failure(stripe.paymentIntents.create({ ...intent, off_session: true }))).toMatchObject({
      param: 'off_session',
    })
    const call = stripe.paymentIntents.create({ ...intent, return_url: 'https://shop.example' })
    expect(await failure(call)).toMatchObject({ param: 'return_url' })
  })

  test('a payment without its holder cannot set the card up', async () => {
    const { stripe, ...shop } = await startShop()
    const customer = await shop.customerWithCard()
    const call = stripe.paymentIntents.create({
      amount: 2000,
      currency: 'usd',
      customer: customer.id,
      payment_method: idOf(customer.invoice_settings.default_payment_method),
      setup_future_usage: 'off_session',
      off_session: true,
      confirm: true,
    })
    expect((await failure(call)).message).toContain(
      'You cannot confirm with the `off_session` parameter when `setup_future_usage` is also set',
    )
  })

  test('an endpoint that listens to nothing is refused', async () => {
    const { stripe } = await startShop()
    const call = stripe.webhookEndpoints.create({ url: 'https://shop.example/hook', enabled_events: [] })
    expect(await failure(call)).toMatchObject({ param: 'enabled_events' })
  })
})

describe('an amount that Stripe would not charge', () => {
  test('is owed instead, and the subscription begins', async () => {
    const { stripe, ...shop } = await startShop()
    const { id: customer } = await shop.customerWithCard()
    const price = await stripe.prices.create({
      product: 'prod_demo_team',
      currency: 'usd',
      unit_amount: 20,
      recurring: { interval: 'month' },
    })
    const subscription = await stripe.subscriptions.create({ customer, items: [{ price: price.id }] })
    expect(subscription.status).toBe('active')
    expect(await stripe.customers.retrieve(customer)).toMatchObject({ balance: 20 })
  })

  test('depends on the currency at the upper end, too', async () => {
    const { stripe } = await startShop()
    const amount = 1_000_000_000
    expect((await stripe.paymentIntents.create({ amount, currency: 'jpy' })).amount).toBe(amount)
    expect(await failure(stripe.paymentIntents.create({ amount, currency: 'usd' }))).toMatchObject({
      code: 'amount_too_large',
    })
  })
})

test('one price cannot be two items of a subscription', async () => {
  const { stripe, ...shop } = await startShop()
  const { id: customer } = await shop.customerWithCard()
  const call = stripe.subscriptions.create({ customer, items: [...items, ...items] })
  expect((await failure(call)).message).toBe(
    'Cannot add multiple subscription items with the same plan: price_demo_team_monthly',
  )
})

describe('a list narrowed by an id that names nothing', () => {
  test.each([
    ['subscriptions', 'customer'],
    ['subscriptions', 'price'],
    ['invoices', 'customer'],
    ['invoices', 'subscription'],
    ['charges', 'customer'],
    ['charges', 'payment_intent'],
    ['payment_intents', 'customer'],
    ['payment_methods', 'customer'],
    ['refunds', 'charge'],
    ['refunds', 'payment_intent'],
    ['invoice_payments', 'invoice'],
    ['checkout/sessions', 'customer'],
    ['checkout/sessions', 'subscription'],
    ['prices', 'product'],
  ])('says so: /v1/%s?%s=', async (path, param) => {
    const { stripe } = await startShop()
    const call = stripe.rawRequest('GET', `/v1/${path}?${param}=none_1`)
    expect(await failure(call)).toMatchObject({ statusCode: 400, code: 'resource_missing', param })
  })

  test('still shows what a deleted customer had', async () => {
    const { stripe, ...shop } = await startShop()
    const { id: customer } = await shop.customerWithCard()
    const { id } = await stripe.subscriptions.create({ customer, items })
    await stripe.customers.del(customer)
    const listed = await stripe.subscriptions.list({ customer, status: 'all' })
    expect(listed.data.map((each) => each.id)).toEqual([id])
  })
})

test('the open Checkout sessions of a deleted customer can no longer be paid', async () => {
  const { stripe, ...shop } = await startShop()
  const { id: customer } = await stripe.customers.create({ email: 'ada@example.com' })
  const session = await shop.checkout({ customer })
  await stripe.customers.del(customer)
  expect(shop.pay(session.id)).toEqual({ outcome: 'closed', reason: 'expired' })
  expect(typesOf(await shop.newEvents())).toEqual([
    'customer.created',
    'checkout.session.expired',
    'customer.deleted',
  ])
})

function idOf(value: string | { id: string } | null | undefined): string {
  return typeof value === 'string' ? value : (value?.id ?? '')
}
