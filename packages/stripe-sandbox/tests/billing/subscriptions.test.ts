import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { everythingConforms, startShop, typesOf } from '../support/shop.ts'
import { failure } from '../support/start.ts'

const items = [{ price: 'price_demo_team_monthly' }]

/** A shop in which one customer has one active subscription. */
async function withSubscription() {
  const shop = await startShop()
  const customer = await shop.customerWithCard()
  const subscription = await shop.stripe.subscriptions.create({ customer: customer.id, items })
  await shop.newEvents()
  return { ...shop, customer, subscription, periodEnd: subscription.items.data[0]?.current_period_end ?? 0 }
}

describe('a subscription made through the API', () => {
  test('is charged at once and active', async () => {
    const shop = await startShop()
    const customer = await shop.customerWithCard()
    await shop.newEvents()
    const subscription = await shop.stripe.subscriptions.create({
      customer: customer.id,
      items,
      metadata: { a: '1' },
    })
    expect(subscription).toMatchObject({ status: 'active', metadata: { a: '1' }, currency: 'usd' })
    expect(typesOf(await shop.newEvents())).toEqual([
      'customer.subscription.created',
      'customer.updated',
      'invoice.created',
      'invoice.finalized',
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.succeeded',
      'invoice.paid',
      'invoice.payment_succeeded',
      'invoice.updated',
      'customer.subscription.updated',
      'invoice_payment.paid',
    ])
    expect(everythingConforms(shop.sandbox)).toEqual([])
  })

  test('with a card that fails stays incomplete, its invoice open', async () => {
    const shop = await startShop()
    const customer = await shop.customerWithCard('pm_card_chargeCustomerFail')
    await shop.newEvents()
    const subscription = await shop.stripe.subscriptions.create({
      customer: customer.id,
      items,
      expand: ['latest_invoice'],
    })
    expect(subscription).toMatchObject({
      status: 'incomplete',
      latest_invoice: { status: 'open', attempted: true, attempt_count: 1, amount_remaining: 2900 },
    })
    expect(typesOf(await shop.newEvents()).slice(-4)).toEqual([
      'charge.failed',
      'payment_intent.payment_failed',
      'invoice.payment_failed',
      'invoice.updated',
    ])
    expect(everythingConforms(shop.sandbox)).toEqual([])
  })

  test('with error_if_incomplete and a card that fails is not made at all', async () => {
    const shop = await startShop()
    const customer = await shop.customerWithCard('pm_card_chargeCustomerFail')
    await shop.newEvents()
    const call = shop.stripe.subscriptions.create({
      customer: customer.id,
      items,
      payment_behavior: 'error_if_incomplete',
    })
    expect(await failure(call)).toMatchObject({ statusCode: 402, code: 'card_declined' })
    expect((await shop.stripe.subscriptions.list({ status: 'all' })).data).toEqual([])
    expect(await shop.newEvents()).toEqual([])
  })

  test('with default_incomplete waits for the client to pay, and is then active', async () => {
    const shop = await startShop()
    const customer = await shop.stripe.customers.create()
    const subscription = await shop.stripe.subscriptions.create({
      customer: customer.id,
      items,
      payment_behavior: 'default_incomplete',
      payment_settings: { save_default_payment_method: 'on_subscription' },
      expand: ['latest_invoice.confirmation_secret'],
    })
    expect(subscription.status).toBe('incomplete')
    const { confirmation_secret: secret } = subscription.latest_invoice as Stripe.Invoice
    const intent = secret?.client_secret.split('_secret_')[0] ?? ''
    await shop.stripe.paymentIntents.confirm(intent, { payment_method: 'pm_card_visa' })
    const paid = await shop.stripe.subscriptions.retrieve(subscription.id, {
      expand: ['default_payment_method'],
    })
    expect(paid).toMatchObject({ status: 'active', default_payment_method: { card: { last4: '4242' } } })
  })

  test('without any card is refused', async () => {
    const shop = await startShop()
    const { id } = await shop.stripe.customers.create()
    const call = shop.stripe.subscriptions.create({ customer: id, items })
    expect(await failure(call)).toMatchObject({
      message: expect.stringContaining(
        'This customer has no attached payment source or default payment method.',
      ),
    })
  })

  test('of a one-time price is refused', async () => {
    const shop = await startShop()
    const { id } = await shop.customerWithCard()
    const call = shop.stripe.subscriptions.create({
      customer: id,
      items: [{ price: 'price_demo_templates' }],
    })
    expect(await failure(call)).toMatchObject({ message: expect.stringContaining('`type=one_time`') })
  })

  test('that nobody pays expires after 23 hours and voids its invoice', async () => {
    const shop = await startShop()
    const customer = await shop.customerWithCard('pm_card_chargeCustomerFail')
    const { id } = await shop.stripe.subscriptions.create({ customer: customer.id, items })
    await shop.newEvents()
    shop.clock.advance(23 * 3600)
    await expect
      .poll(async () => (await shop.stripe.subscriptions.retrieve(id)).status)
      .toBe('incomplete_expired')
    expect(typesOf(await shop.newEvents())).toEqual([
      'payment_intent.canceled',
      'invoice.voided',
      'customer.subscription.updated',
    ])
    expect(everythingConforms(shop.sandbox)).toEqual([])
  })
})

describe('a change of a subscription', () => {
  test('of metadata alone is announced with the old values', async () => {
    const shop = await withSubscription()
    await shop.stripe.subscriptions.update(shop.subscription.id, { metadata: { seat: '4' } })
    const [event] = await shop.newEvents()
    expect(event?.data.previous_attributes).toEqual({ metadata: { seat: null } })
  })

  test('that changes nothing is not announced', async () => {
    const shop = await withSubscription()
    await shop.stripe.subscriptions.update(shop.subscription.id, { cancel_at_period_end: false })
    expect(await shop.newEvents()).toEqual([])
  })

  test('of the quantity without proration is there at once', async () => {
    const shop = await withSubscription()
    const [item] = shop.subscription.items.data
    const changed = await shop.stripe.subscriptions.update(shop.subscription.id, {
      items: [{ id: item?.id ?? '', quantity: 5 }],
      proration_behavior: 'none',
    })
    expect(changed.items.data[0]?.quantity).toBe(5)
    const preview = await shop.stripe.invoices.createPreview({ subscription: shop.subscription.id })
    expect(preview.amount_due).toBe(14_500)
  })

  test("to another customer's card is refused", async () => {
    const shop = await withSubscription()
    const other = await shop.customerWithCard()
    const [card] = (await shop.stripe.paymentMethods.list({ customer: other.id })).data
    const call = shop.stripe.subscriptions.update(shop.subscription.id, {
      default_payment_method: card?.id ?? '',
    })
    expect(await failure(call)).toMatchObject({ code: 'resource_missing', param: 'default_payment_method' })
  })

  test('resume is for paused ones', async () => {
    const shop = await withSubscription()
    expect(await failure(shop.stripe.subscriptions.resume(shop.subscription.id))).toMatchObject({
      statusCode: 400,
    })
  })
})

describe('the list of subscriptions', () => {
  test('leaves canceled ones out unless asked', async () => {
    const shop = await withSubscription()
    const { stripe, customer } = shop
    const second = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: 'price_demo_starter_monthly' }],
    })
    await stripe.subscriptions.cancel(shop.subscription.id)
    const ids = async (parameters: Stripe.SubscriptionListParams) =>
      (await stripe.subscriptions.list({ customer: customer.id, ...parameters })).data.map((each) => each.id)
    expect(await ids({})).toEqual([second.id])
    expect(await ids({ status: 'all' })).toEqual([second.id, shop.subscription.id])
    expect(await ids({ status: 'ended' })).toEqual([shop.subscription.id])
    expect(await ids({ price: 'price_demo_starter_monthly' })).toEqual([second.id])
  })
})

describe('the price of a subscription', () => {
  test('is shown as it is now', async () => {
    const shop = await withSubscription()
    await shop.stripe.prices.update('price_demo_team_monthly', { nickname: 'Team, since 2027' })
    const { items: list } = await shop.stripe.subscriptions.retrieve(shop.subscription.id)
    expect(list.data[0]?.price.nickname).toBe('Team, since 2027')
    expect(typesOf(await shop.newEvents())).toEqual(['price.updated'])
  })
})
