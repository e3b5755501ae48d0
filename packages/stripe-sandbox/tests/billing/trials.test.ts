import { describe, expect, test } from 'vitest'
import { iso, startLife } from '../support/lives.ts'

const trial = { trial_period_days: 14 }

describe('a trial', () => {
  test('begins with an invoice of nothing, and says when it is about to end', async () => {
    const life = await startLife(trial)
    expect((await life.invoices())[0]).toMatchObject({
      status: 'paid',
      total: 0,
      billing_reason: 'subscription_create',
    })
    expect(await life.pass({ days: 12 })).toEqual([
      '2027-02-07T12:00:00 invoice.upcoming',
      '2027-02-11T12:00:00 customer.subscription.trial_will_end',
    ])
  })

  test('becomes active at its end, and the money comes an hour later', async () => {
    const life = await startLife(trial)
    await life.pass({ days: 13 })
    expect((await life.pass({ days: 1, minutes: 30 })).slice(0, 2)).toEqual([
      '2027-02-14T12:00:00 customer.subscription.updated',
      '2027-02-14T12:00:00 invoice.created',
    ])
    expect(await life.now()).toMatchObject({ status: 'active' })
    expect((await life.invoices())[0]).toMatchObject({ status: 'draft', amount_due: 2900 })
    await life.pass({ hours: 1 })
    expect((await life.invoices())[0]).toMatchObject({ status: 'paid', amount_paid: 2900 })
  })

  test('shorter than three days says so when it begins, and not again', async () => {
    const life = await startLife()
    const short = await life.stripe.subscriptions.create({
      customer: life.customer.id,
      items: [{ price: 'price_demo_starter_monthly' }],
      trial_period_days: 2,
    })
    await life.sandbox.advance({ days: 3 })
    const told = (await life.newEvents()).filter(
      ({ type }) => type === 'customer.subscription.trial_will_end',
    )
    expect(told.map(({ created }) => iso(created))).toEqual([iso(short.created)])
  })

  test.each([
    ['cancel', 'canceled', ['customer.subscription.deleted']],
    ['pause', 'paused', ['customer.subscription.paused', 'customer.subscription.updated']],
  ] as const)('that ends without a card: %s', async (missing, status, events) => {
    const life = await startLife()
    const other = await life.stripe.customers.create()
    const { id } = await life.stripe.subscriptions.create({
      customer: other.id,
      items: [{ price: 'price_demo_starter_monthly' }],
      trial_period_days: 10,
      trial_settings: { end_behavior: { missing_payment_method: missing } },
    })
    await life.sandbox.advance({ days: 9 })
    await life.newEvents()
    await life.sandbox.advance({ days: 2 })
    expect((await life.stripe.subscriptions.retrieve(id)).status).toBe(status)
    expect((await life.newEvents()).map(({ type }) => type)).toEqual(events)
  })

  test('that ends without a card makes an invoice by default, which fails', async () => {
    const life = await startLife()
    const other = await life.stripe.customers.create()
    const { id } = await life.stripe.subscriptions.create({
      customer: other.id,
      items: [{ price: 'price_demo_starter_monthly' }],
      trial_period_days: 10,
    })
    await life.sandbox.advance({ days: 11 })
    expect(await life.stripe.subscriptions.retrieve(id)).toMatchObject({ status: 'past_due' })
    const [invoice] = (await life.stripe.invoices.list({ subscription: id })).data
    expect(invoice).toMatchObject({ status: 'open', attempt_count: 1 })
  })

  test('is ended at once by trial_end=now, and invoiced', async () => {
    const life = await startLife(trial)
    await life.pass({ days: 2 })
    const ended = await life.stripe.subscriptions.update(life.born.id, { trial_end: 'now' })
    expect(ended).toMatchObject({ status: 'active' })
    expect(iso(ended.items.data[0]?.current_period_end ?? 0)).toBe('2027-03-02T12:00:00')
    expect((await life.invoices())[0]).toMatchObject({ status: 'paid', amount_paid: 2900 })
  })

  test('can be prolonged, and with it the billing date', async () => {
    const life = await startLife(trial)
    const end = Date.UTC(2027, 2, 5, 12) / 1000
    await life.stripe.subscriptions.update(life.born.id, { trial_end: end, proration_behavior: 'none' })
    await life.pass({ days: 32 })
    expect(await life.now()).toMatchObject({ status: 'trialing', trial_end: end })
    await life.pass({ days: 2 })
    expect(await life.now()).toMatchObject({ status: 'active', billing_cycle_anchor: end })
  })

  test('a change of plan within it costs nothing', async () => {
    const life = await startLife(trial)
    await life.stripe.subscriptions.update(life.born.id, {
      items: [{ id: life.item.id, price: 'price_demo_starter_monthly' }],
      proration_behavior: 'always_invoice',
    })
    expect(await life.invoices()).toHaveLength(1)
    await life.pass({ days: 15 })
    expect((await life.invoices())[0]).toMatchObject({ amount_paid: 900 })
  })
})
