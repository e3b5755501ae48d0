import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { startMetered } from '../support/metered.ts'
import { typesOf } from '../support/shop.ts'
import { failure } from '../support/start.ts'

const day = 86_400

describe('a meter', () => {
  test('is created, renamed, deactivated and reactivated, and says so', async () => {
    const { stripe, meter, newEvents } = await startMetered()
    expect(meter).toMatchObject({
      status: 'active',
      customer_mapping: { event_payload_key: 'stripe_customer_id', type: 'by_id' },
      value_settings: { event_payload_key: 'value' },
    })
    expect((await stripe.billing.meters.update(meter.id, { display_name: 'Calls' })).display_name).toBe(
      'Calls',
    )
    const off = await stripe.billing.meters.deactivate(meter.id)
    expect(off.status_transitions.deactivated_at).toEqual(expect.any(Number))
    expect((await stripe.billing.meters.list({ status: 'inactive' })).data).toEqual([off])
    expect((await stripe.billing.meters.reactivate(meter.id)).status).toBe('active')
    expect(typesOf(await newEvents())).toEqual([
      'billing.meter.updated',
      'billing.meter.deactivated',
      'billing.meter.reactivated',
    ])
  })

  test('has its event name for itself while it is active', async () => {
    const { stripe, meter } = await startMetered()
    const again = { display_name: 'Again', event_name: 'api_call', default_aggregation: { formula: 'sum' } }
    expect(await failure(stripe.billing.meters.create(again))).toMatchObject({ param: 'event_name' })
    await stripe.billing.meters.deactivate(meter.id)
    await stripe.billing.meters.create(again)
    expect(await failure(stripe.billing.meters.reactivate(meter.id))).toMatchObject({ param: 'event_name' })
  })

  test('that is inactive takes no events and no prices', async () => {
    const { stripe, meter, use } = await startMetered()
    await stripe.billing.meters.deactivate(meter.id)
    expect(await failure(use(1))).toMatchObject({ param: 'event_name' })
    const call = stripe.prices.create({
      product: 'prod_demo_team',
      currency: 'usd',
      unit_amount: 1,
      recurring: { interval: 'month', usage_type: 'metered', meter: meter.id },
    })
    expect(await failure(call)).toMatchObject({ param: 'recurring[meter]' })
  })
})

test.each([
  ['metered without a meter', { interval: 'month', usage_type: 'metered' }],
  ['licensed with one', { interval: 'month', meter: 'mtr_1' }],
] as const)('a price is refused that is %s', async (_, recurring) => {
  const { stripe } = await startMetered()
  const call = stripe.prices.create({ product: 'prod_demo_team', currency: 'usd', unit_amount: 1, recurring })
  expect(await failure(call)).toMatchObject({ param: 'recurring[meter]' })
})

describe('a meter event', () => {
  test('counts once, however often it is sent', async () => {
    const { use } = await startMetered()
    const told = await use(3, { identifier: 'call-1' })
    expect(told).toMatchObject({ identifier: 'call-1', payload: { value: '3' } })
    expect((await failure(use(3, { identifier: 'call-1' }))).message).toBe(
      'An event already exists with identifier call-1.',
    )
  })

  test('may have an identifier again after a day', async () => {
    const { use, sandbox } = await startMetered()
    await use(3, { identifier: 'call-1' })
    await sandbox.advance({ hours: 25 })
    expect((await use(3, { identifier: 'call-1' })).identifier).toBe('call-1')
  })

  test.each<[string, Partial<Stripe.Billing.MeterEventCreateParams>, string]>([
    ['older than 35 days', { timestamp: -36 * day }, 'timestamp'],
    ['more than five minutes ahead', { timestamp: 400 }, 'timestamp'],
    ['of an event that no meter knows', { event_name: 'unknown' }, 'event_name'],
    ['of nobody', { payload: { value: '1' } }, 'payload[stripe_customer_id]'],
    [
      'of somebody unknown',
      { payload: { stripe_customer_id: 'cus_1', value: '1' } },
      'payload[stripe_customer_id]',
    ],
  ])('is refused when it is %s', async (_, { timestamp, ...others }, param) => {
    const { use, clock } = await startMetered()
    const at = timestamp === undefined ? {} : { timestamp: clock.now() + timestamp }
    expect(await failure(use(1, { ...others, ...at }))).toMatchObject({ param })
  })

  test.each(['', '1.5', 'many'])('is refused with the value %j', async (value) => {
    const { use, customer } = await startMetered()
    const call = use(1, { payload: { stripe_customer_id: customer, value } })
    expect(await failure(call)).toMatchObject({ param: 'payload[value]' })
  })

  test('has its customer and value where its meter says', async () => {
    const { stripe, use, customer, meter, clock } = await startMetered({
      customer_mapping: { event_payload_key: 'buyer', type: 'by_id' },
      value_settings: { event_payload_key: 'bytes' },
    })
    await use(1, { payload: { buyer: customer, bytes: '512' } })
    const start = clock.now() - (clock.now() % 60)
    const { data } = await stripe.billing.meters.listEventSummaries(meter.id, {
      customer,
      start_time: start,
      end_time: start + 60,
    })
    expect(data.map(({ aggregated_value }) => aggregated_value)).toEqual([512])
  })

  test('happens in the time of its customer’s test clock', async () => {
    const { stripe, use, clock } = await startMetered()
    const frozen = await stripe.testHelpers.testClocks.create({ frozen_time: clock.now() + 100 * day })
    const { id } = await stripe.customers.create({ test_clock: frozen.id })
    const told = await use(1, { payload: { stripe_customer_id: id, value: '1' } })
    expect(told.timestamp).toBe(frozen.frozen_time)
  })
})

describe('an adjustment', () => {
  const cancel = (identifier: string) =>
    ({ type: 'cancel', event_name: 'api_call', cancel: { identifier } }) as const

  test('takes an event back', async () => {
    const { stripe, use, subscribe, sandbox, invoicesOf } = await startMetered()
    const { id } = await subscribe()
    await use(10)
    await use(7, { identifier: 'wrong' })
    const adjusted = await stripe.billing.meterEventAdjustments.create(cancel('wrong'))
    expect(adjusted).toMatchObject({ status: 'complete', cancel: { identifier: 'wrong' } })
    await sandbox.advance({ days: 29 })
    expect((await invoicesOf(id))[0]).toMatchObject({ total: 50 })
  })

  test('comes within a day, and once', async () => {
    const { stripe, use, sandbox } = await startMetered()
    await use(1, { identifier: 'a' })
    await use(1, { identifier: 'b' })
    await stripe.billing.meterEventAdjustments.create(cancel('a'))
    expect(await failure(stripe.billing.meterEventAdjustments.create(cancel('a')))).toMatchObject({
      code: 'resource_missing',
    })
    await sandbox.advance({ hours: 25 })
    expect((await failure(stripe.billing.meterEventAdjustments.create(cancel('b')))).message).toContain(
      '24 hours',
    )
  })
})

describe('event summaries', () => {
  test('add up a time, by day and by hour, in the meter’s formula', async () => {
    const { stripe, use, meter, customer, clock, sandbox } = await startMetered()
    const today = clock.now() - (clock.now() % day)
    await use(3)
    await use(4)
    await sandbox.advance({ days: 1 })
    await use(5)
    const list = async (others: object = {}) => {
      const window = { customer, start_time: today, end_time: today + 3 * day, ...others }
      const { data } = await stripe.billing.meters.listEventSummaries(meter.id, window)
      return data.map(({ aggregated_value, start_time }) => [aggregated_value, (start_time - today) / 3600])
    }
    expect(await list()).toEqual([[12, 0]])
    expect(await list({ value_grouping_window: 'day' })).toEqual([
      [5, 24],
      [7, 0],
    ])
    expect(await list({ value_grouping_window: 'hour' })).toEqual([
      [5, 36],
      [7, 12],
    ])
    expect(await failure(list({ start_time: today + 30 }))).toMatchObject({ param: 'start_time' })
  })
})
