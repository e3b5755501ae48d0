import { describe, expect, test } from 'vitest'
import { iso, startLife } from '../support/lives.ts'
import { startShop } from '../support/shop.ts'
import { failure } from '../support/start.ts'

const monthly = 'price_demo_team_monthly'

describe('billing_cycle_anchor_config', () => {
  test('bills a share until its day, and from then on whole months', async () => {
    const life = await startLife({ billing_cycle_anchor_config: { day_of_month: 14, hour: 12 } })
    expect(iso(life.item.current_period_end)).toBe('2027-02-14T12:00:00')
    await life.sandbox.advance({ days: 50 })
    // 14 of the 31 days between two fourteenths.
    expect((await life.invoices()).map(({ created, total }) => [iso(created), total])).toEqual([
      ['2027-03-14T12:00:00', 2900],
      ['2027-02-14T12:00:00', 2900],
      ['2027-01-31T12:00:00', 1310],
    ])
  })

  test('keeps the 31st through shorter months, also when it begins in one', async () => {
    const life = await startLife()
    await life.sandbox.advance({ days: 5 })
    const { id } = await life.stripe.subscriptions.create({
      customer: life.customer.id,
      items: [{ price: monthly }],
      billing_cycle_anchor_config: { day_of_month: 31, hour: 0, minute: 0, second: 0 },
    })
    await life.sandbox.advance({ days: 90 })
    const { data } = await life.stripe.invoices.list({ subscription: id })
    expect(data.map(({ created }) => iso(created))).toEqual([
      '2027-04-30T00:00:00',
      '2027-03-31T00:00:00',
      '2027-02-28T00:00:00',
      '2027-02-05T12:00:00',
    ])
  })

  test('names a month for yearly prices', async () => {
    const { born, item } = await startLife({
      items: [{ price: 'price_demo_team_yearly' }],
      billing_cycle_anchor_config: { day_of_month: 1, month: 7, hour: 0, minute: 0, second: 0 },
    })
    expect(iso(item.current_period_end)).toBe('2027-07-01T00:00:00')
    expect(born.billing_cycle_anchor_config).toEqual({
      day_of_month: 1,
      hour: 0,
      minute: 0,
      month: 7,
      second: 0,
    })
  })

  test.each([
    ['a day that no month has', { billing_cycle_anchor_config: { day_of_month: 32 } }],
    ['a month of a monthly price', { billing_cycle_anchor_config: { day_of_month: 1, month: 7 } }],
    [
      'an anchor beside it',
      { billing_cycle_anchor_config: { day_of_month: 1 }, billing_cycle_anchor: 1_801_500_000 },
    ],
  ])('refuses %s', async (_, parameters) => {
    const { stripe, customerWithCard } = await startShop()
    const { id: customer } = await customerWithCard()
    const call = stripe.subscriptions.create({ customer, items: [{ price: monthly }], ...parameters })
    expect(await failure(call)).toMatchObject({ param: expect.stringContaining('billing_cycle_anchor') })
  })
})

describe('a pause', () => {
  test('can give back the whole period', async () => {
    const life = await startLife()
    await life.sandbox.advance({ days: 14 })
    await life.stripe.subscriptions.pause(life.born.id, {
      bill_for: { unused_time_from: { type: 'item_current_period_start' } },
      invoicing_behavior: 'invoice',
    })
    expect(await life.stripe.customers.retrieve(life.customer.id)).toMatchObject({ balance: -2900 })
  })

  test('resumed with its anchor unchanged, goes on where its dates have it', async () => {
    const life = await startLife()
    await life.sandbox.advance({ days: 7 })
    await life.stripe.subscriptions.pause(life.born.id, { invoicing_behavior: 'invoice' })
    await life.sandbox.advance({ days: 7 })
    const resumed = await life.stripe.subscriptions.resume(life.born.id, {
      billing_cycle_anchor: { type: 'unchanged' },
      payment_behavior: 'resume_on_payment_success',
      proration_behavior: 'always_invoice',
    })
    expect(resumed).toMatchObject({ status: 'active', billing_cycle_anchor: life.born.billing_cycle_anchor })
    expect(resumed.items.data[0]?.current_period_end).toBe(life.item.current_period_end)
    // Half of the 28 days are left.
    expect((await life.invoices())[0]).toMatchObject({ total: 1450, status: 'paid' })
  })

  test('resumed so without prorations, costs nothing until the next renewal', async () => {
    const life = await startLife()
    await life.stripe.subscriptions.pause(life.born.id)
    await life.sandbox.advance({ days: 7 })
    await life.stripe.subscriptions.resume(life.born.id, {
      billing_cycle_anchor: { type: 'unchanged' },
      proration_behavior: 'none',
    })
    expect(await life.invoices()).toHaveLength(1)
    await life.sandbox.advance({ days: 22 })
    expect(await life.now()).toMatchObject({ status: 'active' })
    expect(await life.invoices()).toHaveLength(2)
  })
})
