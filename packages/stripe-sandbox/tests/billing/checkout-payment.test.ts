import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { cards, everythingConforms, startShop, typesOf } from '../support/shop.ts'
import { failure } from '../support/start.ts'

const once: Partial<Stripe.Checkout.SessionCreateParams> = {
  mode: 'payment',
  line_items: [{ price: 'price_demo_templates', quantity: 2 }],
}

describe('a one-time purchase at Checkout', () => {
  test('of a guest announces the payment and the session', async () => {
    const shop = await startShop()
    const session = await shop.checkout(once)
    await shop.newEvents()
    expect(shop.pay(session.id)).toEqual({ outcome: 'complete' })
    expect(typesOf(await shop.newEvents())).toEqual([
      'charge.succeeded',
      'payment_intent.succeeded',
      'payment_intent.created',
      'checkout.session.completed',
    ])
    expect(everythingConforms(shop.sandbox)).toEqual([])
  })

  test('of a guest makes no customer', async () => {
    const shop = await startShop()
    const session = await shop.checkout(once)
    shop.pay(session.id)
    expect(await shop.stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
      customer: null,
      customer_creation: 'if_required',
      customer_details: { email: 'ada@example.com' },
      payment_status: 'paid',
      amount_total: 3800,
      subscription: null,
    })
  })

  test('makes a customer when asked to', async () => {
    const shop = await startShop()
    const session = await shop.checkout({ ...once, customer_creation: 'always' })
    await shop.newEvents()
    shop.pay(session.id)
    expect(typesOf(await shop.newEvents())[0]).toBe('customer.created')
    const { customer, payment_intent: intent } = await shop.stripe.checkout.sessions.retrieve(session.id, {
      expand: ['payment_intent'],
    })
    expect((intent as Stripe.PaymentIntent).customer).toBe(customer)
  })

  test('passes its metadata on to the payment and its charge', async () => {
    const shop = await startShop()
    const session = await shop.checkout({ ...once, payment_intent_data: { metadata: { order: '7' } } })
    shop.pay(session.id)
    const { payment_intent: intent } = await shop.stripe.checkout.sessions.retrieve(session.id, {
      expand: ['payment_intent.latest_charge'],
    })
    expect(intent).toMatchObject({ metadata: { order: '7' }, latest_charge: { metadata: { order: '7' } } })
  })

  test('can bring a paid invoice', async () => {
    const shop = await startShop()
    const session = await shop.checkout({ ...once, invoice_creation: { enabled: true } })
    await shop.newEvents()
    shop.pay(session.id)
    const events = typesOf(await shop.newEvents())
    expect(events.filter((type) => type.startsWith('invoice'))).toEqual([
      'invoice.created',
      'invoice.finalized',
      'invoice.paid',
      'invoice.payment_succeeded',
      'invoice_payment.paid',
    ])
    const { invoice } = await shop.stripe.checkout.sessions.retrieve(session.id, { expand: ['invoice'] })
    expect(invoice).toMatchObject({
      status: 'paid',
      amount_paid: 3800,
      parent: null,
      billing_reason: 'manual',
    })
    expect(everythingConforms(shop.sandbox)).toEqual([])
  })

  test('keeps the card for later when the payment is set up for it', async () => {
    const shop = await startShop()
    const session = await shop.checkout({
      ...once,
      payment_intent_data: { setup_future_usage: 'off_session' },
    })
    shop.pay(session.id)
    const { customer } = await shop.stripe.checkout.sessions.retrieve(session.id)
    const saved = await shop.stripe.paymentMethods.list({ customer: customer as string })
    expect(saved.data.map((method) => method.card?.last4)).toEqual(['4242'])
  })

  test('shows its PaymentIntent from the first declined attempt on', async () => {
    const shop = await startShop()
    const session = await shop.checkout(once)
    shop.pay(session.id, cards.declined)
    const { payment_intent: first } = await shop.stripe.checkout.sessions.retrieve(session.id)
    shop.pay(session.id)
    const { payment_intent: last } = await shop.stripe.checkout.sessions.retrieve(session.id)
    expect([first, last]).toEqual([expect.stringMatching(/^pi_/), first])
  })

  test('in yen is charged without decimals', async () => {
    const shop = await startShop()
    const product = await shop.stripe.products.create({ name: 'Poster' })
    const price = await shop.stripe.prices.create({ product: product.id, currency: 'jpy', unit_amount: 1500 })
    const session = await shop.checkout({ mode: 'payment', line_items: [{ price: price.id, quantity: 1 }] })
    shop.pay(session.id)
    const [charge] = (await shop.stripe.charges.list()).data
    expect([charge?.amount, charge?.currency]).toEqual([1500, 'jpy'])
  })
})

describe('a PaymentIntent of Checkout', () => {
  test('cannot be confirmed past its session', async () => {
    const shop = await startShop()
    const session = await shop.checkout(once)
    shop.pay(session.id, cards.declined)
    const { payment_intent: id } = await shop.stripe.checkout.sessions.retrieve(session.id)
    const call = shop.stripe.paymentIntents.confirm(id as string, { payment_method: 'pm_card_visa' })
    expect(await failure(call)).toMatchObject({ code: 'payment_intent_unexpected_state' })
  })
})

describe('a session in setup mode', () => {
  test('saves a card and takes no money', async () => {
    const shop = await startShop()
    const customer = await shop.stripe.customers.create({ email: 'ada@example.com' })
    const session = await shop.stripe.checkout.sessions.create({
      mode: 'setup',
      currency: 'usd',
      customer: customer.id,
      success_url: 'https://shop.example/saved',
    })
    expect(session).toMatchObject({ payment_status: 'no_payment_required', amount_total: null })
    await shop.newEvents()
    expect(shop.pay(session.id)).toEqual({ outcome: 'complete' })
    expect(typesOf(await shop.newEvents())).toEqual([
      'payment_method.attached',
      'setup_intent.succeeded',
      'checkout.session.completed',
    ])
    const done = await shop.stripe.checkout.sessions.retrieve(session.id, { expand: ['setup_intent'] })
    expect(done.setup_intent).toMatchObject({ status: 'succeeded', customer: customer.id })
    expect(everythingConforms(shop.sandbox)).toEqual([])
  })
})
