import { describe, expect, test } from 'vitest'
import { startShop, typesOf } from '../support/shop.ts'
import { failure } from '../support/start.ts'

const month = 28 * 86_400

/** A shop in which one customer has one active subscription. */
async function withSubscription() {
  const shop = await startShop()
  const customer = await shop.customerWithCard()
  const subscription = await shop.stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: 'price_demo_team_monthly' }],
  })
  await shop.newEvents()
  return { ...shop, customer, subscription, periodEnd: subscription.items.data[0]?.current_period_end ?? 0 }
}

describe('a subscription that is to end', () => {
  test('at its period end says when and why, and stays active', async () => {
    const shop = await withSubscription()
    const changed = await shop.stripe.subscriptions.update(shop.subscription.id, {
      cancel_at_period_end: true,
    })
    expect(changed).toMatchObject({
      status: 'active',
      cancel_at_period_end: true,
      cancel_at: shop.periodEnd,
      canceled_at: shop.clock.now(),
      ended_at: null,
      cancellation_details: { reason: 'cancellation_requested' },
    })
    const [event] = await shop.newEvents()
    expect(event?.type).toBe('customer.subscription.updated')
    expect(event?.data.previous_attributes).toEqual({
      cancel_at: null,
      cancel_at_period_end: false,
      canceled_at: null,
      cancellation_details: { reason: null },
    })
  })

  test('can be taken back', async () => {
    const shop = await withSubscription()
    await shop.stripe.subscriptions.update(shop.subscription.id, { cancel_at_period_end: true })
    await shop.newEvents()
    const kept = await shop.stripe.subscriptions.update(shop.subscription.id, { cancel_at_period_end: false })
    expect(kept).toMatchObject({
      cancel_at: null,
      canceled_at: null,
      cancel_at_period_end: false,
      status: 'active',
    })
    expect(typesOf(await shop.newEvents())).toEqual(['customer.subscription.updated'])
  })

  test('at a named moment ends then, and can be taken back with an empty string', async () => {
    const shop = await withSubscription()
    const at = shop.clock.now() + 3600
    const { id } = shop.subscription
    expect(await shop.stripe.subscriptions.update(id, { cancel_at: at })).toMatchObject({
      cancel_at: at,
      cancel_at_period_end: false,
    })
    expect(await shop.stripe.subscriptions.update(id, { cancel_at: '' })).toMatchObject({ cancel_at: null })
    expect(await shop.stripe.subscriptions.update(id, { cancel_at: 'max_period_end' })).toMatchObject({
      cancel_at: shop.periodEnd,
      cancel_at_period_end: false,
    })
  })

  test('is taken back with cancel_at_period_end: false however it was asked for', async () => {
    const shop = await withSubscription()
    const { id } = shop.subscription
    await shop.stripe.subscriptions.update(id, { cancel_at: 'max_period_end' })
    const kept = await shop.stripe.subscriptions.update(id, { cancel_at_period_end: false })
    expect(kept).toMatchObject({
      cancel_at: null,
      canceled_at: null,
      cancellation_details: { reason: null },
    })
  })

  test('ends when its moment comes', async () => {
    const shop = await withSubscription()
    await shop.stripe.subscriptions.update(shop.subscription.id, { cancel_at_period_end: true })
    const requestedAt = shop.clock.now()
    await shop.newEvents()
    shop.clock.advance(month)
    await expect.poll(async () => typesOf(await shop.newEvents())).toEqual(['customer.subscription.deleted'])
    expect(await shop.stripe.subscriptions.retrieve(shop.subscription.id)).toMatchObject({
      status: 'canceled',
      ended_at: shop.periodEnd,
      canceled_at: requestedAt,
    })
    const [event] = (await shop.stripe.events.list({ type: 'customer.subscription.deleted' })).data
    expect(event?.request).toEqual({ id: null, idempotency_key: null })
  })

  test('at once is over at once, and stays over', async () => {
    const shop = await withSubscription()
    const { id } = shop.subscription
    const ended = await shop.stripe.subscriptions.cancel(id, {
      cancellation_details: { feedback: 'unused', comment: 'moved on' },
    })
    expect(ended).toMatchObject({
      status: 'canceled',
      canceled_at: shop.clock.now(),
      ended_at: shop.clock.now(),
      cancellation_details: { reason: 'cancellation_requested', feedback: 'unused', comment: 'moved on' },
    })
    expect(typesOf(await shop.newEvents())).toEqual(['customer.subscription.deleted'])
    expect(await failure(shop.stripe.subscriptions.cancel(id))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
    })
    const call = shop.stripe.subscriptions.update(id, { cancel_at_period_end: false })
    expect(await failure(call)).toMatchObject({
      message: 'A canceled subscription can only update its cancellation_details and metadata.',
    })
  })

  test('goes with its customer', async () => {
    const shop = await withSubscription()
    await shop.stripe.customers.del(shop.customer.id)
    const types = typesOf(await shop.newEvents())
    expect(types).toEqual(['customer.subscription.deleted', 'customer.deleted'])
    expect((await shop.stripe.subscriptions.retrieve(shop.subscription.id)).status).toBe('canceled')
  })
})
