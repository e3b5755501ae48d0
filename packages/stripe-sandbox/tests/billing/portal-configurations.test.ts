import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { startShop, typesOf } from '../support/shop.ts'
import { failure } from '../support/start.ts'

type Update = Stripe.BillingPortal.ConfigurationCreateParams.Features.SubscriptionUpdate

const starter = { product: 'prod_demo_starter', prices: ['price_demo_starter_monthly'] }
const team = { product: 'prod_demo_team', prices: ['price_demo_team_monthly', 'price_demo_team_yearly'] }

const withUpdates = (update: Partial<Update>): Stripe.BillingPortal.ConfigurationCreateParams => ({
  features: {
    payment_method_update: { enabled: true },
    subscription_update: { enabled: true, ...update },
  },
})

/** A shop, what its configurations are asked for, and why one was refused. */
async function withConfigurations() {
  const shop = await startShop()
  const { configurations } = shop.stripe.billingPortal
  return {
    ...shop,
    configurations,
    refusal: (parameters: Stripe.BillingPortal.ConfigurationCreateParams) =>
      failure(configurations.create(parameters)),
  }
}

describe('a portal configuration', () => {
  test('keeps every setting of plan changes, and shows the products when they are expanded', async () => {
    const { configurations } = await withConfigurations()
    const update = {
      billing_cycle_anchor: 'now',
      default_allowed_updates: ['price', 'quantity'],
      proration_behavior: 'always_invoice',
      trial_update_behavior: 'continue_trial',
    } satisfies Partial<Update>
    const { id, features } = await configurations.create(
      withUpdates({
        ...update,
        products: [starter, { ...team, adjustable_quantity: { enabled: true, minimum: 2, maximum: 9 } }],
      }),
    )
    expect(features.subscription_update).toEqual({
      ...update,
      enabled: true,
      schedule_at_period_end: { conditions: [] },
    })
    const expanded = await configurations.retrieve(id, { expand: ['features.subscription_update.products'] })
    expect(expanded.features.subscription_update.products).toEqual([
      { ...starter, adjustable_quantity: { enabled: true, maximum: null, minimum: 1 } },
      { ...team, adjustable_quantity: { enabled: true, maximum: 9, minimum: 2 } },
    ])
  })

  test('keeps what an update leaves out, and announces the change', async () => {
    const { configurations, newEvents, clock } = await withConfigurations()
    const { id } = await configurations.create({
      ...withUpdates({ products: [team], default_allowed_updates: ['price'] }),
      business_profile: { headline: 'Larkspur', privacy_policy_url: 'https://shop.example/privacy' },
    })
    await newEvents()
    clock.advance(1)
    const updated = await configurations.update(id, {
      business_profile: { headline: '' },
      features: { customer_update: { enabled: true, allowed_updates: ['email', 'email', 'tax_id'] } },
      expand: ['features.subscription_update.products'],
    })
    expect(updated).toMatchObject({
      business_profile: { headline: null, privacy_policy_url: 'https://shop.example/privacy' },
      features: {
        customer_update: { enabled: true, allowed_updates: ['email', 'tax_id'] },
        subscription_update: { products: [team] },
      },
    })
    const [event] = await newEvents()
    expect([event?.type, event?.data.previous_attributes]).toEqual([
      'billing_portal.configuration.updated',
      expect.objectContaining({ business_profile: { headline: 'Larkspur' } }),
    ])
  })

  test('with changes of plans needs changes of cards', async () => {
    const { refusal } = await withConfigurations()
    expect(await refusal({ features: { subscription_update: { enabled: true } } })).toMatchObject({
      statusCode: 400,
      message: 'Cannot enable subscription updates while payment method update is disabled.',
    })
  })

  test.each([
    ['a product that is not there', [{ product: 'prod_none', prices: ['price_demo_import'] }]],
    ['a product twice', [starter, starter]],
    ['a price of another product', [{ ...starter, prices: ['price_demo_team_monthly'] }]],
    ['a price that is paid once', [{ product: 'prod_demo_import', prices: ['price_demo_import'] }]],
    ['an archived price', [{ ...team, prices: ['price_demo_team_monthly_2024'] }]],
    [
      'more seats at least than at most',
      [{ ...team, adjustable_quantity: { enabled: true, minimum: 5, maximum: 4 } }],
    ],
  ])('refuses %s', async (_, products) => {
    const { refusal } = await withConfigurations()
    const { statusCode, param } = await refusal(withUpdates({ products }))
    expect([statusCode, param]).toEqual([
      400,
      expect.stringMatching(/^features\[subscription_update\]\[products\]/),
    ])
  })

  test('takes each billing interval of a product once', async () => {
    const { refusal, stripe } = await withConfigurations()
    const { id } = await stripe.prices.create({
      product: team.product,
      unit_amount: 3900,
      currency: 'usd',
      recurring: { interval: 'month' },
    })
    expect(
      await refusal(withUpdates({ products: [{ ...team, prices: [...team.prices, id] }] })),
    ).toMatchObject({
      message: 'For each product, its price must have unique billing intervals.',
    })
  })

  test('takes at most 10 products', async () => {
    const { refusal } = await withConfigurations()
    const { param } = await refusal(withUpdates({ products: Array.from({ length: 11 }, () => team) }))
    expect(param).toBe('features[subscription_update][products]')
  })

  test.each([
    [
      'prorates only where it ends at once',
      { mode: 'at_period_end', proration_behavior: 'create_prorations' },
    ],
    ['never bills what it prorates', { mode: 'immediately', proration_behavior: 'always_invoice' }],
  ] as const)('cancels: %s', async (_, cancel) => {
    const { refusal, configurations } = await withConfigurations()
    const features = { subscription_cancel: { enabled: true, ...cancel } }
    expect((await refusal({ features })).param).toBe('features[subscription_cancel][proration_behavior]')
    const { features: made } = await configurations.create({
      features: {
        subscription_cancel: { enabled: true, mode: 'immediately', proration_behavior: 'create_prorations' },
      },
    })
    expect(made.subscription_cancel).toMatchObject({
      mode: 'immediately',
      proration_behavior: 'create_prorations',
    })
  })

  test('has addresses that a browser can open', async () => {
    const { refusal } = await withConfigurations()
    const wrong = 'shop.example'
    const refusals = await Promise.all([
      refusal({ features: { invoice_history: { enabled: true } }, default_return_url: wrong }),
      refusal({
        features: { invoice_history: { enabled: true } },
        business_profile: { privacy_policy_url: wrong },
      }),
      refusal({
        features: { invoice_history: { enabled: true } },
        business_profile: { terms_of_service_url: wrong },
      }),
    ])
    expect(refusals.map(({ code }) => code)).toEqual(['url_invalid', 'url_invalid', 'url_invalid'])
  })

  test('keeps each condition for the end of the period once, and none when they are unset', async () => {
    const { configurations } = await withConfigurations()
    const type = 'decreasing_item_amount'
    const { id, features } = await configurations.create(
      withUpdates({ schedule_at_period_end: { conditions: [{ type }, { type }] } }),
    )
    expect(features.subscription_update.schedule_at_period_end).toEqual({ conditions: [{ type }] })
    const updated = await configurations.update(id, {
      features: { subscription_update: { schedule_at_period_end: { conditions: '' } } },
    })
    expect(updated.features.subscription_update.schedule_at_period_end).toEqual({ conditions: [] })
  })

  test('offers pauses of one month, of other times, or without an end', async () => {
    const { configurations, refusal } = await withConfigurations()
    const pausing = (
      duration?: Stripe.BillingPortal.ConfigurationCreateParams.Features.SubscriptionPause.Duration,
    ) => ({ features: { subscription_pause: { enabled: true, ...(duration && { duration }) } } })
    const { features } = await configurations.create(pausing())
    expect(features.subscription_pause).toEqual({
      duration: { interval_options: [{ interval: 'month', interval_count: 1 }], type: 'interval_options' },
      enabled: true,
    })
    const endless = await configurations.create(pausing({ type: 'indefinite' }))
    expect(endless.features.subscription_pause.duration).toEqual({ interval_options: [], type: 'indefinite' })
    const at = 'features[subscription_pause][duration][interval_options]'
    expect((await refusal(pausing({ type: 'interval_options' }))).param).toBe(at)
    const tooLong = [{ interval: 'month' as const, interval_count: 37 }]
    expect((await refusal(pausing({ type: 'interval_options', interval_options: tooLong }))).param).toBe(
      `${at}[0][interval_count]`,
    )
  })
})

describe('portal configurations', () => {
  test('are listed by what they are', async () => {
    const { configurations } = await withConfigurations()
    const { id } = await configurations.create({ features: { invoice_history: { enabled: true } } })
    await configurations.update(id, { active: false })
    const count = async (filter: Stripe.BillingPortal.ConfigurationListParams) =>
      (await configurations.list(filter)).data.length
    expect([await count({}), await count({ active: true }), await count({ is_default: false })]).toEqual([
      2, 1, 1,
    ])
  })

  test('that are inactive open no portal', async () => {
    const { configurations, stripe } = await withConfigurations()
    const { id: configuration } = await configurations.create({
      features: { invoice_history: { enabled: true } },
    })
    await configurations.update(configuration, { active: false })
    const { id: customer } = await stripe.customers.create()
    const opened = stripe.billingPortal.sessions.create({
      customer,
      configuration,
      return_url: 'https://shop.example',
    })
    expect(await failure(opened)).toMatchObject({ statusCode: 400, param: 'configuration' })
  })

  test('never lose the default one', async () => {
    const { configurations } = await withConfigurations()
    const [{ id } = { id: '' }] = (await configurations.list({ is_default: true })).data
    expect(await failure(configurations.update(id, { active: false }))).toMatchObject({ param: 'active' })
  })

  test('are announced when they are made', async () => {
    const { configurations, newEvents } = await withConfigurations()
    await configurations.create({ features: { invoice_history: { enabled: true } } })
    expect(typesOf(await newEvents())).toEqual(['billing_portal.configuration.created'])
  })
})
