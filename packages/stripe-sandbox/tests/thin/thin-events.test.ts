import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { conforms } from '../support/conforms.ts'
import { eventually } from '../support/eventually.ts'
import { send } from '../support/http.ts'
import { startReceiver } from '../support/receiver.ts'
import { startShop } from '../support/shop.ts'
import { start } from '../support/start.ts'
import { trade } from '../support/trade.ts'

const monthly = 'price_demo_team_monthly'

test('a notification says what happened to what, and nothing of the thing itself', async () => {
  const { stripe, notified } = await withDestination(['v1.customer.created'])
  const customer = await stripe.customers.create({ name: 'Ada' }, { idempotencyKey: 'k1' })
  const [notification] = await notified(1)
  const [twin] = (await stripe.events.list()).data
  expect(notification).toMatchObject({
    id: expect.stringMatching(/^evt_test_/),
    object: 'v2.core.event',
    type: 'v1.customer.created',
    created: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    livemode: false,
    related_object: { id: customer.id, type: 'customer', url: `/v1/customers/${customer.id}` },
    reason: { type: 'request', request: { id: customer.lastResponse.requestId, idempotency_key: 'k1' } },
    snapshot_event: twin?.id,
  })
  expect(notification).not.toHaveProperty('data')
})

test('the SDK fetches the object that a notification is about', async () => {
  const { stripe, notified } = await withDestination(['v1.customer.created'])
  const { id } = await stripe.customers.create({ name: 'Ada' })
  const [notification] = await notified(1)
  if (notification?.type !== 'v1.customer.created') throw new Error('another type')
  const customer = await notification.fetchRelatedObject()
  expect(customer).toMatchObject({ id, name: 'Ada' })
  expect(conforms(customer)).toEqual([])
})

test('the SDK fetches the event, which tells what changed', async () => {
  const { stripe, notified } = await withDestination(['v1.customer.updated'])
  const { id } = await stripe.customers.create({ name: 'Ada' })
  await stripe.customers.update(id, { name: 'Bea' })
  const [notification] = await notified(1)
  expect(notification).not.toHaveProperty('changes')
  const event = await notification?.fetchEvent()
  expect(event).toMatchObject({
    id: notification?.id,
    type: 'v1.customer.updated',
    changes: { before: { name: 'Ada' }, after: { name: 'Bea' } },
  })
})

test('the SDK’s own handler takes a notification to its callback', async () => {
  const { receiver, stripe, secret } = await withDestination(['v1.customer.created'])
  const seen: string[] = []
  const handler = stripe
    .notificationHandler(secret, () => {
      throw new Error('an unknown type')
    })
    .on('v1.customer.created', async (notification) => {
      seen.push((await notification.fetchRelatedObject()).id)
    })
  const { id } = await stripe.customers.create({})
  await eventually(() => receiver.received.length).toBe(1)
  const [delivery] = receiver.received
  await handler.handle(delivery?.body ?? '', String(delivery?.headers['stripe-signature']))
  expect(seen).toEqual([id])
})

test('a destination gets only what it listed', async () => {
  const { stripe, notified } = await withDestination(['v1.product.created'])
  await stripe.customers.create({})
  await stripe.products.create({ name: 'A' })
  expect((await notified(1)).map(({ type }) => type)).toEqual(['v1.product.created'])
})

test('a notification has no place where snapshots are parsed', async () => {
  const { receiver, stripe, secret } = await withDestination(['v1.customer.created'])
  await stripe.customers.create({})
  await eventually(() => receiver.received.length).toBe(1)
  const { body = '', headers } = receiver.received[0] ?? {}
  expect(() => stripe.webhooks.constructEvent(body, String(headers?.['stripe-signature']), secret)).toThrow(
    'You passed a thin event notification',
  )
})

test('thin events are tried again, and faults strike them by their own names', async () => {
  const { sandbox, receiver, stripe } = await withDestination(['*'], { deliveries: { firstRetryMs: 10 } })
  sandbox.faults.set({ rules: [{ fault: 'deliver_twice', where: { eventType: 'v1.customer.*' } }] })
  const answers = [500]
  receiver.answer = () => answers.shift() ?? 200
  await stripe.customers.create({})
  await stripe.products.create({ name: 'A' })
  await eventually(() => receiver.received.length).toBe(4)
})

describe('what becomes of a subscription is told finely', () => {
  test('from its creation', async () => {
    const { shop, stripe, notified } = await withShop([
      'v1.customer.subscription.created',
      'v1.customer.subscription.active',
    ])
    const { id: customer } = await shop.customerWithCard()
    await stripe.subscriptions.create({ customer, items: [{ price: monthly }] })
    const seen = await notified(2)
    expect(seen.map(({ type }) => type).toSorted(byText)).toEqual([
      'v1.customer.subscription.active',
      'v1.customer.subscription.created',
    ])
    const finer = seen.find(({ type }) => type === 'v1.customer.subscription.active')
    expect(finer).not.toHaveProperty('snapshot_event')
  })

  const none = { proration_behavior: 'none' } as const

  test.each<[string, (item: string, card: string) => Stripe.SubscriptionUpdateParams]>([
    ['cancel_at_changed', () => ({ cancel_at_period_end: true })],
    ['item_quantity_changed', (id) => ({ ...none, items: [{ id, quantity: 4 }] })],
    ['item_price_changed', (id) => ({ ...none, items: [{ id, price: 'price_demo_starter_monthly' }] })],
    ['default_payment_method_changed', (_, card) => ({ default_payment_method: card })],
  ])('to %s', async (name, change) => {
    const { shop, stripe, notified } = await withShop([`v1.customer.subscription.${name}`])
    const { id: customer } = await shop.customerWithCard()
    const card = await stripe.paymentMethods.attach('pm_card_visa', { customer })
    const { id, items } = await stripe.subscriptions.create({ customer, items: [{ price: monthly }] })
    await stripe.subscriptions.update(id, change(items.data[0]?.id ?? '', card.id))
    const [notification] = await notified(1)
    expect(notification).toMatchObject({ related_object: { id } })
  })

  test('to incomplete and incomplete_expired', async () => {
    const names = ['incomplete', 'incomplete_expired'].map((name) => `v1.customer.subscription.${name}`)
    const { shop, stripe, notified } = await withShop(names)
    const { id: customer } = await shop.customerWithCard('pm_card_chargeCustomerFail')
    await stripe.subscriptions.create({ customer, items: [{ price: monthly }] })
    shop.clock.advance(24 * 3600)
    expect((await notified(2)).map(({ type }) => type)).toEqual(names)
  })
})

test.each<[string, (stripe: Stripe) => Promise<unknown>]>([
  ['v1.price.lookup_key_changed', ({ prices }) => prices.update(monthly, { lookup_key: 'team' })],
  ['v1.price.deactivated', ({ prices }) => prices.update('price_demo_team_yearly', { active: false })],
  ['v1.product.deactivated', ({ products }) => products.update('prod_demo_import', { active: false })],
  [
    'v1.product.default_price_changed',
    ({ products }) => products.update('prod_demo_team', { default_price: 'price_demo_team_yearly' }),
  ],
])('%s is told beside the update', async (type, change) => {
  const { stripe, notified } = await withShop([type])
  await change(stripe)
  expect(await notified(1)).toMatchObject([{ type }])
})

test('everything that a thin event is about can be fetched', async () => {
  const { shop, notified } = await withShop(['*'])
  await trade(shop)
  const { store } = shop.sandbox.context
  await eventually(() => [...store.all('delivery')].every(({ deliveredAt }) => deliveredAt !== null)).toBe(
    true,
  )
  const seen = await notified(store.count('v2.core.event'))
  expect(seen.length).toBeGreaterThan(40)
  const addresses = new Map(
    seen.flatMap((each) => {
      const related = 'related_object' in each ? each.related_object : null
      return related ? [[related.type, related.url] as const] : []
    }),
  )
  expect(addresses.size).toBeGreaterThan(10)
  const answers = await Promise.all(
    Array.from(addresses, async ([type, url]) => [type, (await send(shop.sandbox, 'GET', url)).status]),
  )
  // Invoice items are billed here, and have no calls of their own yet.
  expect(answers.filter(([type, status]) => status !== 200 && type !== 'invoiceitem')).toEqual([])
})

test('every event of ours has a thin twin', async () => {
  const { shop } = await withShop(['*'])
  await trade(shop)
  const { store } = shop.sandbox.context
  const snapshots = new Set(Array.from(store.all('event'), ({ type }) => `v1.${type}`))
  const thin = new Set(Array.from(store.all('v2.core.event'), ({ type }) => type))
  // What the seed told was before the destination.
  const seeded = /^v1\.(product|price|billing_portal\.configuration)\.created$/
  expect([...snapshots].filter((type) => !thin.has(type) && !seeded.test(type))).toEqual([])
})

test('nothing thin is made where nobody listens', async () => {
  const { sandbox, stripe } = await start()
  await stripe.customers.create({})
  expect(sandbox.context.store.count('v2.core.event')).toBe(0)
})

test('events can be listed by type and object, page by page', async () => {
  const { stripe } = await withDestination(['*'])
  const { id } = await stripe.customers.create({})
  for (const name of ['A', 'B', 'C']) await stripe.products.create({ name })
  const ofCustomer = await stripe.v2.core.events.list({ object_id: id })
  expect(ofCustomer.data.map(({ type }) => type)).toEqual(['v1.customer.created'])
  const types = ['v1.product.created']
  const first = await stripe.v2.core.events.list({ types, limit: 2 })
  expect(first.data).toHaveLength(2)
  expect(await stripe.v2.core.events.list({ types, limit: 2 }).autoPagingToArray({ limit: 10 })).toHaveLength(
    3,
  )
})

async function withDestination(enabledEvents: string[], options: Parameters<typeof start>[0] = {}) {
  const { sandbox, stripe } = await start(options)
  return { sandbox, stripe, ...(await destinationOf(stripe, enabledEvents)) }
}

async function withShop(enabledEvents: string[]) {
  const shop = await startShop()
  return { shop, stripe: shop.stripe, ...(await destinationOf(shop.stripe, enabledEvents)) }
}

/** A thin destination and what arrives there, verified and parsed by the SDK. */
async function destinationOf(stripe: Stripe, enabledEvents: string[]) {
  const receiver = await startReceiver()
  const destination = await stripe.v2.core.eventDestinations.create({
    name: 'Thin',
    type: 'webhook_endpoint',
    event_payload: 'thin',
    enabled_events: enabledEvents,
    webhook_endpoint: { url: receiver.url },
    include: ['webhook_endpoint.signing_secret'],
  })
  const secret = destination.webhook_endpoint?.signing_secret ?? ''
  return {
    receiver,
    secret,
    notified: async (count: number): Promise<Stripe.V2.Core.EventNotification[]> => {
      await eventually(() => receiver.received.length).toBeGreaterThanOrEqual(count)
      return receiver.received.map(({ body, headers }) =>
        stripe.parseEventNotification(body, String(headers['stripe-signature']), secret),
      )
    },
  }
}

function byText(a: string, b: string): number {
  return a < b ? -1 : 1
}
