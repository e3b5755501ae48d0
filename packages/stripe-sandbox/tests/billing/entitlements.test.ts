import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { startLife } from '../support/lives.ts'
import { typesOf } from '../support/shop.ts'
import { failure, start } from '../support/start.ts'

const summaryUpdated = 'entitlements.active_entitlement_summary.updated'

/** A feature of a product, by its lookup key. */
async function addFeature(stripe: Stripe, key: string, product = 'prod_demo_team') {
  const feature = await stripe.entitlements.features.create({ lookup_key: key, name: key })
  const attached = await stripe.products.createFeature(product, { entitlement_feature: feature.id })
  return { feature, attached }
}

async function keysOf(stripe: Stripe, customer: string): Promise<string[]> {
  const { data } = await stripe.entitlements.activeEntitlements.list({ customer })
  return data.map((each) => each.lookup_key).sort()
}

/** A shop whose team plan has one feature, and a customer without a subscription. */
async function startEntitled() {
  const life = await startLife()
  const { feature, attached } = await addFeature(life.stripe, 'reports')
  const { id: customer } = await life.customerWithCard()
  await life.newEvents()
  const subscribe = (parameters: Partial<Stripe.SubscriptionCreateParams> = {}) =>
    life.stripe.subscriptions.create({
      customer,
      items: [{ price: 'price_demo_team_monthly' }],
      ...parameters,
    })
  return { ...life, feature, attached, customer, subscribe, keys: () => keysOf(life.stripe, customer) }
}

describe('a feature', () => {
  test('is found by its lookup key, which only one active feature has', async () => {
    const { stripe } = await start()
    const feature = await stripe.entitlements.features.create({ lookup_key: 'api', name: 'API access' })
    expect((await stripe.entitlements.features.list({ lookup_key: 'api' })).data).toEqual([feature])
    const again = stripe.entitlements.features.create({ lookup_key: 'api', name: 'Another' })
    expect(await failure(again)).toMatchObject({ param: 'lookup_key' })
    await stripe.entitlements.features.update(feature.id, { active: false })
    const next = await stripe.entitlements.features.create({ lookup_key: 'api', name: 'Another' })
    expect(next.id).not.toBe(feature.id)
  })

  test('is archived for good, and then listed only when asked for', async () => {
    const { stripe } = await start()
    const { id } = await stripe.entitlements.features.create({ lookup_key: 'api', name: 'API' })
    await stripe.entitlements.features.update(id, { active: false, name: 'Old API' })
    expect((await stripe.entitlements.features.list()).data).toEqual([])
    const [archived] = (await stripe.entitlements.features.list({ archived: true })).data
    expect(archived).toMatchObject({ id, active: false, name: 'Old API' })
    expect(await failure(stripe.entitlements.features.update(id, { active: true }))).toMatchObject({
      param: 'active',
    })
  })

  test('is attached to a product once, and taken off again', async () => {
    const { stripe } = await start({ seed: 'demo' })
    const { feature, attached } = await addFeature(stripe, 'reports')
    const product = 'prod_demo_team'
    expect(await stripe.products.retrieveFeature(product, attached.id)).toEqual(attached)
    const again = stripe.products.createFeature(product, { entitlement_feature: feature.id })
    expect(await failure(again)).toMatchObject({ param: 'entitlement_feature' })
    await stripe.products.deleteFeature(product, attached.id)
    expect((await stripe.products.listFeatures(product)).data).toEqual([])
  })

  test('that is archived goes to no further product', async () => {
    const { stripe } = await start({ seed: 'demo' })
    const { feature } = await addFeature(stripe, 'reports')
    await stripe.entitlements.features.update(feature.id, { active: false })
    const call = stripe.products.createFeature('prod_demo_starter', { entitlement_feature: feature.id })
    expect(await failure(call)).toMatchObject({ param: 'entitlement_feature' })
  })
})

describe('an active entitlement', () => {
  test('comes with the subscription, and is told after it', async () => {
    const { stripe, customer, subscribe, newEvents, feature } = await startEntitled()
    const { status } = await subscribe()
    const events = await newEvents()
    expect(status).toBe('active')
    expect(typesOf(events).filter((type) => /subscription|entitlement/.test(type))).toEqual([
      'customer.subscription.created',
      'customer.subscription.updated',
      summaryUpdated,
    ])
    const [entitlement] = (await stripe.entitlements.activeEntitlements.list({ customer })).data
    expect(entitlement).toMatchObject({ feature: feature.id, lookup_key: 'reports' })
    expect(events.find(({ type }) => type === summaryUpdated)?.data).toMatchObject({
      object: { customer, entitlements: { data: [entitlement], has_more: false } },
      previous_attributes: { entitlements: { data: [] } },
    })
    expect(await stripe.entitlements.activeEntitlements.retrieve(entitlement?.id ?? '')).toEqual(entitlement)
  })

  test.each([
    ['in trial', { trial_period_days: 10 }, ['reports']],
    ['waiting for its first payment', { payment_behavior: 'default_incomplete' }, []],
  ] as const)('of a subscription %s', async (_, parameters, expected) => {
    const { subscribe, keys } = await startEntitled()
    await subscribe(parameters)
    expect(await keys()).toEqual(expected)
  })

  test('stays while the subscription is past due, and goes when it ends unpaid', async () => {
    const { stripe, sandbox, customer, subscribe, keys } = await startEntitled()
    await subscribe()
    const card = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer })
    await stripe.customers.update(customer, { invoice_settings: { default_payment_method: card.id } })
    await sandbox.advance({ days: 30 })
    expect(await keys()).toEqual(['reports'])
    await sandbox.advance({ days: 30 })
    expect(await keys()).toEqual([])
  })

  test('goes while the subscription is paused, and comes back', async () => {
    const { stripe, subscribe, keys, newEvents } = await startEntitled()
    const { id } = await subscribe()
    await newEvents()
    await stripe.subscriptions.pause(id)
    expect(await keys()).toEqual([])
    expect(typesOf(await newEvents()).filter((type) => type === summaryUpdated)).toHaveLength(1)
    await stripe.subscriptions.resume(id, { payment_behavior: 'resume_on_payment_success' })
    expect(await keys()).toEqual(['reports'])
  })

  test('is one, however many subscriptions grant it', async () => {
    const { stripe, subscribe, keys, newEvents } = await startEntitled()
    const { id } = await subscribe()
    await subscribe({ items: [{ price: 'price_demo_team_yearly' }] })
    await newEvents()
    await stripe.subscriptions.cancel(id)
    expect(await keys()).toEqual(['reports'])
    expect(typesOf(await newEvents())).not.toContain(summaryUpdated)
  })

  test('follows a change of plan at once', async () => {
    const { stripe, subscribe, keys } = await startEntitled()
    await addFeature(stripe, 'basics', 'prod_demo_starter')
    const subscription = await subscribe()
    const item = subscription.items.data[0]?.id ?? ''
    await stripe.subscriptions.update(subscription.id, {
      items: [{ id: item, price: 'price_demo_starter_monthly' }],
    })
    expect(await keys()).toEqual(['basics'])
  })

  test('of what a product got or lost comes and goes with the next period', async () => {
    const { stripe, sandbox, subscribe, keys, attached } = await startEntitled()
    await subscribe()
    await addFeature(stripe, 'exports')
    await stripe.products.deleteFeature('prod_demo_team', attached.id)
    expect(await keys()).toEqual(['reports'])
    await sandbox.advance({ days: 30 })
    expect(await keys()).toEqual(['exports'])
  })

  test('is shown with at most nine others in an event', async () => {
    const { stripe, subscribe, newEvents, keys } = await startEntitled()
    for (let n = 0; n < 11; n += 1) await addFeature(stripe, `more${n}`)
    await newEvents()
    await subscribe()
    const event = (await newEvents()).find(({ type }) => type === summaryUpdated)
    expect(event?.data.object).toMatchObject({
      entitlements: { data: Array.from({ length: 10 }, () => expect.anything()), has_more: true },
    })
    expect(await keys()).toHaveLength(10)
  })

  test('ends with its customer', async () => {
    const { stripe, subscribe, customer, newEvents, keys } = await startEntitled()
    await subscribe()
    await newEvents()
    await stripe.customers.del(customer)
    expect(typesOf(await newEvents())).toEqual([
      'customer.subscription.deleted',
      summaryUpdated,
      'customer.deleted',
    ])
    expect(await keys()).toEqual([])
  })
})
