import { describe, expect, test } from 'vitest'
import { iso } from '../support/lives.ts'
import { billedItems, monthly, starter, startScheduledLife, yearly } from '../support/scheduled.ts'
import { startShop, typesOf } from '../support/shop.ts'
import { failure } from '../support/start.ts'

describe('a schedule that begins now', () => {
  test('makes its subscription at once, whose first invoice is a draft for an hour', async () => {
    const shop = await startShop()
    const { id: customer } = await shop.customerWithCard()
    await shop.newEvents()
    const schedule = await shop.stripe.subscriptionSchedules.create({
      customer,
      start_date: 'now',
      phases: [
        { items: [{ price: monthly, quantity: 2 }], duration: { interval: 'month', interval_count: 3 } },
      ],
    })
    expect(typesOf(await shop.newEvents())).toEqual([
      'subscription_schedule.created',
      'customer.subscription.created',
      'customer.updated',
      'invoice.created',
    ])
    expect(schedule).toMatchObject({ status: 'active', end_behavior: 'release' })
    expect(iso(schedule.current_phase?.end_date ?? 0)).toBe('2027-04-30T12:00:00')
    const subscription = await shop.stripe.subscriptions.retrieve(String(schedule.subscription), {
      expand: ['latest_invoice'],
    })
    expect(subscription).toMatchObject({
      status: 'active',
      schedule: schedule.id,
      latest_invoice: { status: 'draft', amount_due: 5800 },
    })
    await shop.sandbox.advance({ hours: 2 })
    const [paid] = (await shop.stripe.invoices.list({ subscription: subscription.id })).data
    expect(paid).toMatchObject({ status: 'paid', billing_reason: 'subscription_create' })
  })

  test('leaves its subscription past due when the first invoice is not paid', async () => {
    const shop = await startShop()
    const { id: customer } = await shop.customerWithCard('pm_card_chargeCustomerFail')
    const schedule = await shop.stripe.subscriptionSchedules.create({
      customer,
      phases: [{ items: [{ price: monthly }] }],
    })
    await shop.sandbox.advance({ hours: 2 })
    const subscription = await shop.stripe.subscriptions.retrieve(String(schedule.subscription))
    expect(subscription.status).toBe('past_due')
  })

  test('with a trial bills nothing until the trial ends', async () => {
    const shop = await startShop()
    const { id: customer } = await shop.customerWithCard()
    const schedule = await shop.stripe.subscriptionSchedules.create({
      customer,
      phases: [
        { items: [{ price: monthly }], trial: true, duration: { interval: 'week', interval_count: 2 } },
        { items: [{ price: monthly }] },
      ],
    })
    const id = String(schedule.subscription)
    expect(await shop.stripe.subscriptions.retrieve(id)).toMatchObject({ status: 'trialing' })
    await shop.sandbox.advance({ days: 15 })
    expect(await shop.stripe.subscriptions.retrieve(id)).toMatchObject({ status: 'active' })
    const { data } = await shop.stripe.invoices.list({ subscription: id })
    expect(data.map(({ created, amount_paid }) => [iso(created), amount_paid])).toEqual([
      ['2027-02-14T12:00:00', 2900],
      ['2027-01-31T12:00:00', 0],
    ])
  })
})

test('a schedule that begins later has no subscription until then', async () => {
  const shop = await startShop()
  const { id: customer } = await shop.customerWithCard()
  const { stripe } = shop
  const planned = await stripe.subscriptionSchedules.create({
    customer,
    start_date: shop.clock.now() + 86_400,
    phases: [{ items: [{ price: monthly }] }],
  })
  expect(planned).toMatchObject({ status: 'not_started', subscription: null, current_phase: null })
  expect((await stripe.subscriptionSchedules.list({ scheduled: true })).data).toHaveLength(1)
  await shop.newEvents()
  await shop.sandbox.advance({ days: 2 })
  expect(typesOf(await shop.newEvents()).slice(0, 3)).toEqual([
    'subscription_schedule.updated',
    'customer.subscription.created',
    'customer.updated',
  ])
  const started = await stripe.subscriptionSchedules.retrieve(planned.id)
  expect(started).toMatchObject({ status: 'active', subscription: expect.stringMatching(/^sub_/) })
  expect((await stripe.subscriptionSchedules.list({ scheduled: true })).data).toHaveLength(0)
})

describe('a subscription that a schedule takes over', () => {
  test('has one phase: what it is, until its period ends', async () => {
    const { schedule, born, item, now } = await startScheduledLife()
    expect(schedule).toMatchObject({
      status: 'active',
      subscription: born.id,
      phases: [{ start_date: item.current_period_start, end_date: item.current_period_end }],
    })
    expect(await now()).toMatchObject({ schedule: schedule.id })
  })

  test('takes no other parameters with it', async () => {
    const { stripe, born } = await startScheduledLife()
    const call = stripe.subscriptionSchedules.create({ from_subscription: born.id, end_behavior: 'cancel' })
    expect(await failure(call)).toMatchObject({ code: 'parameters_exclusive' })
  })

  test('is not taken over twice', async () => {
    const { stripe, born } = await startScheduledLife()
    const call = stripe.subscriptionSchedules.create({ from_subscription: born.id })
    expect(await failure(call)).toMatchObject({ param: 'from_subscription' })
  })
})

describe('the next phase', () => {
  test('at the end of a period is its renewal: the new items, nothing prorated', async () => {
    const life = await startScheduledLife()
    await life.plan([{ items: [{ price: starter }] }])
    await life.newEvents()
    const events = await life.pass({ days: 29 })
    expect(events.filter((line) => line.startsWith('2027-02-28T12'))).toEqual([
      '2027-02-28T12:00:00 subscription_schedule.updated',
      '2027-02-28T12:00:00 customer.subscription.updated',
      '2027-02-28T12:00:00 invoice.created',
    ])
    expect(billedItems(await life.now())).toEqual([`${starter} × 1`])
    const [renewal] = await life.invoices()
    expect(renewal).toMatchObject({ billing_reason: 'subscription_cycle', amount_paid: 900 })
    expect(renewal?.lines.data).toHaveLength(1)
  })

  test('is what a preview shows', async () => {
    const life = await startScheduledLife()
    await life.plan([{ items: [{ price: starter, quantity: 3 }] }])
    const preview = await life.stripe.invoices.createPreview({ subscription: life.born.id })
    expect(preview.amount_due).toBe(2700)
    await life.pass({ days: 29 })
    expect((await life.invoices())[0]).toMatchObject({ amount_paid: 2700 })
  })

  test('with another interval begins a period of its own', async () => {
    const life = await startScheduledLife()
    await life.plan([{ items: [{ price: yearly }] }])
    await life.pass({ days: 29 })
    const [item] = (await life.now()).items.data
    expect(iso(item?.current_period_end ?? 0)).toBe('2028-02-28T12:00:00')
    expect((await life.invoices())[0]).toMatchObject({ amount_paid: 29_000 })
  })

  test('within a period prorates as it says', async () => {
    const life = await startScheduledLife()
    const middle = life.current.start_date + 14 * 86_400
    await life.stripe.subscriptionSchedules.update(life.schedule.id, {
      phases: [
        { start_date: life.current.start_date, end_date: middle, items: [{ price: monthly }] },
        { items: [{ price: monthly, quantity: 3 }], proration_behavior: 'always_invoice' },
      ],
    })
    await life.newEvents()
    await life.pass({ days: 15 })
    const [prorated] = await life.invoices()
    // Two more seats for half of the 28 days.
    expect(prorated).toMatchObject({ billing_reason: 'subscription_update', amount_paid: 2900 })
    expect(prorated?.lines.data.map(({ amount }) => amount)).toEqual([-1450, 4350])
  })

  test('gives its coupon, which ends with it', async () => {
    const life = await startScheduledLife()
    const coupon = await life.stripe.coupons.create({ percent_off: 50, duration: 'forever' })
    await life.plan([
      { items: [{ price: monthly }], discounts: [{ coupon: coupon.id }] },
      { items: [{ price: monthly }], discounts: '' },
    ])
    await life.pass({ days: 60 })
    expect((await life.invoices()).map(({ total }) => total)).toEqual([2900, 1450, 2900])
  })

  test('sells something once on its first invoice', async () => {
    const life = await startScheduledLife()
    await life.plan([{ items: [{ price: monthly }], add_invoice_items: [{ price: 'price_demo_import' }] }])
    await life.pass({ days: 29 })
    expect((await life.invoices())[0]).toMatchObject({ amount_paid: 2900 + 4900 })
  })

  test('changes how the subscription is collected, and merges its metadata', async () => {
    const life = await startScheduledLife({ metadata: { kept: 'yes', gone: 'soon' } })
    await life.plan([
      {
        items: [{ price: monthly }],
        collection_method: 'send_invoice',
        invoice_settings: { days_until_due: 14 },
        metadata: { gone: '', fresh: '1' },
      },
    ])
    await life.pass({ days: 29 })
    expect(await life.now()).toMatchObject({
      collection_method: 'send_invoice',
      days_until_due: 14,
      metadata: { kept: 'yes', fresh: '1' },
    })
  })
})

describe('the end of the last phase', () => {
  test('releases the subscription, which goes on', async () => {
    const life = await startScheduledLife()
    const events = await life.pass({ days: 29 })
    expect(events.filter((line) => line.includes('subscription_schedule'))).toEqual([
      '2027-02-21T12:00:00 subscription_schedule.expiring',
      '2027-02-28T12:00:00 subscription_schedule.updated',
      '2027-02-28T12:00:00 subscription_schedule.released',
    ])
    expect(await life.scheduleNow()).toMatchObject({
      status: 'released',
      released_subscription: life.born.id,
      subscription: null,
    })
    expect(await life.now()).toMatchObject({ status: 'active', schedule: null })
    expect((await life.invoices())[0]).toMatchObject({ amount_paid: 2900 })
  })

  test('ends the subscription too when it is to cancel, and says so before', async () => {
    const life = await startScheduledLife()
    await life.plan([{ items: [{ price: starter }] }], { end_behavior: 'cancel' })
    expect(iso((await life.now()).cancel_at ?? 0)).toBe('2027-03-28T12:00:00')
    const events = await life.pass({ days: 60 })
    expect(events.slice(-2)).toEqual([
      '2027-03-28T12:00:00 subscription_schedule.completed',
      '2027-03-28T12:00:00 customer.subscription.deleted',
    ])
    expect(await life.scheduleNow()).toMatchObject({ status: 'completed' })
    expect(await life.invoices()).toHaveLength(2)
  })
})
