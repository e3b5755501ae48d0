import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { postForm, typedCard } from '../support/pages.ts'
import { everythingConforms, startShop, typesOf } from '../support/shop.ts'

describe('a subscription bought at Checkout', () => {
  test('announces itself in the order that Stripe does', async () => {
    const shop = await startShop()
    const customer = await shop.stripe.customers.create({ email: 'ada@example.com' })
    const session = await shop.checkout({ customer: customer.id })
    await shop.newEvents()
    expect(shop.pay(session.id)).toEqual({ outcome: 'complete' })
    expect(typesOf(await shop.newEvents())).toEqual([
      'charge.succeeded',
      'payment_method.attached',
      'checkout.session.completed',
      'customer.updated',
      'customer.subscription.created',
      'payment_intent.succeeded',
      'payment_intent.created',
      'invoice.created',
      'invoice.finalized',
      'invoice.paid',
      'invoice.payment_succeeded',
      'invoice_payment.paid',
    ])
    expect(everythingConforms(shop.sandbox)).toEqual([])
  })

  test('makes a customer of a buyer that the session does not name', async () => {
    const shop = await startShop()
    const session = await shop.checkout({ customer_email: 'grace@example.com' })
    await shop.newEvents()
    shop.pay(session.id)
    const events = await shop.newEvents()
    expect(typesOf(events)[0]).toBe('customer.created')
    const { customer } = await shop.stripe.checkout.sessions.retrieve(session.id, { expand: ['customer'] })
    expect(customer).toMatchObject({ email: 'grace@example.com', name: 'Ada Lovelace', currency: 'usd' })
  })

  test('is active with its first invoice paid when it is born', async () => {
    const shop = await startShop()
    const session = await shop.checkout({
      client_reference_id: 'user_1',
      metadata: { of: 'session' },
      subscription_data: { metadata: { of: 'subscription' } },
    })
    shop.pay(session.id)
    const paid = await shop.stripe.checkout.sessions.retrieve(session.id, {
      expand: ['subscription', 'invoice.payments'],
    })
    expect(paid).toMatchObject({
      status: 'complete',
      payment_status: 'paid',
      payment_intent: null,
      url: null,
      client_reference_id: 'user_1',
      metadata: { of: 'session' },
      customer_details: { email: 'ada@example.com' },
      subscription: {
        status: 'active',
        metadata: { of: 'subscription' },
        billing_mode: { type: 'flexible' },
        items: {
          data: [{ current_period_start: shop.clock.now(), price: { id: 'price_demo_team_monthly' } }],
        },
      },
      invoice: {
        status: 'paid',
        billing_reason: 'subscription_create',
        amount_paid: 2900,
        parent: { subscription_details: { metadata: { of: 'subscription' } } },
        payments: { data: [{ status: 'paid', amount_paid: 2900, payment: { type: 'payment_intent' } }] },
      },
    })
  })

  test('begun on 31 January renews at the end of February', async () => {
    const shop = await startShop()
    const session = await shop.checkout()
    shop.pay(session.id)
    const { subscription } = await shop.stripe.checkout.sessions.retrieve(session.id, {
      expand: ['subscription'],
    })
    const [item] = (subscription as Stripe.Subscription).items.data
    expect(new Date((item?.current_period_end ?? 0) * 1000).toISOString()).toBe('2027-02-28T12:00:00.000Z')
  })

  test('is charged with the card of the session from then on', async () => {
    const shop = await startShop()
    const session = await shop.checkout()
    shop.pay(session.id)
    const { subscription } = await shop.stripe.checkout.sessions.retrieve(session.id, {
      expand: ['subscription.default_payment_method'],
    })
    expect(subscription).toMatchObject({
      default_payment_method: {
        card: { last4: '4242' },
        customer: (subscription as Stripe.Subscription).customer,
      },
    })
  })

  test('bills one-time lines on its first invoice only', async () => {
    const shop = await startShop()
    const session = await shop.checkout({
      line_items: [
        { price: 'price_demo_team_monthly', quantity: 2 },
        { price: 'price_demo_templates', quantity: 1 },
      ],
    })
    expect(session.amount_total).toBe(7700)
    shop.pay(session.id)
    const { invoice, subscription } = await shop.stripe.checkout.sessions.retrieve(session.id, {
      expand: ['invoice', 'subscription'],
    })
    expect((invoice as Stripe.Invoice).lines.data.map((line) => line.amount)).toEqual([5800, 1900])
    expect((subscription as Stripe.Subscription).items.data).toHaveLength(1)
  })

  test('with a trial takes no money, saves the card and bills zero', async () => {
    const shop = await startShop()
    const session = await shop.checkout({ subscription_data: { trial_period_days: 14 } })
    expect(session.amount_total).toBe(0)
    await shop.newEvents()
    expect(shop.pay(session.id)).toEqual({ outcome: 'complete' })
    const types = typesOf(await shop.newEvents())
    expect(types).toContain('setup_intent.succeeded')
    expect(types.filter((type) => type.startsWith('charge.') || type.startsWith('payment_intent.'))).toEqual(
      [],
    )
    const paid = await shop.stripe.checkout.sessions.retrieve(session.id, {
      expand: ['subscription', 'invoice'],
    })
    expect(paid).toMatchObject({
      payment_status: 'no_payment_required',
      subscription: { status: 'trialing', trial_end: shop.clock.now() + 14 * 86_400 },
      invoice: { status: 'paid', amount_paid: 0, total: 0 },
    })
    expect(everythingConforms(shop.sandbox)).toEqual([])
  })

  test('with a trial needs no card when the session says so', async () => {
    const shop = await startShop()
    const session = await shop.checkout({
      payment_method_collection: 'if_required',
      subscription_data: { trial_period_days: 14 },
    })
    expect(shop.pay(session.id, null)).toEqual({ outcome: 'complete' })
    const { subscription } = await shop.stripe.checkout.sessions.retrieve(session.id, {
      expand: ['subscription'],
    })
    expect(subscription).toMatchObject({ status: 'trialing', default_payment_method: null })
  })

  test('can be paid once', async () => {
    const shop = await startShop()
    const session = await shop.checkout()
    expect(shop.pay(session.id)).toEqual({ outcome: 'complete' })
    expect(shop.pay(session.id)).toEqual({ outcome: 'closed', reason: 'complete' })
    expect((await shop.stripe.charges.list()).data).toHaveLength(1)
  })

  test('is one also when ten tabs press Pay at the same time', async () => {
    const shop = await startShop()
    const { url } = await shop.checkout({ customer_email: 'ada@example.com' })
    const pages = await Promise.all(Array.from({ length: 10 }, () => postForm(url ?? '', typedCard())))
    expect(pages.filter((page) => page.location?.startsWith('https://shop.example/thanks'))).toHaveLength(1)
    expect((await shop.stripe.charges.list()).data).toHaveLength(1)
    expect((await shop.stripe.subscriptions.list()).data).toHaveLength(1)
  })
})

test.each([
  ['auto', 'Ada Lovelace'],
  ['never', 'Countess'],
] as const)('customer_update[name]=%s leaves the customer named %s', async (name, expected) => {
  const shop = await startShop()
  const { id } = await shop.stripe.customers.create({ name: 'Countess', email: 'ada@example.com' })
  const session = await shop.checkout({ customer: id, customer_update: { name, address: name } })
  shop.pay(session.id)
  expect(await shop.stripe.customers.retrieve(id)).toMatchObject({ name: expected })
})
