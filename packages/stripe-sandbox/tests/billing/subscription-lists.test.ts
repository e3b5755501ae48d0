import { describe, expect, test } from 'vitest'
import { startLife } from '../support/lives.ts'
import { failure } from '../support/start.ts'

const items = [{ price: 'price_demo_team_monthly' }]

describe('the list of subscriptions', () => {
  test('leaves out what was canceled, unless asked for by status', async () => {
    const { stripe, born, customer } = await startLife()
    const live = await stripe.subscriptions.create({ customer: customer.id, items })
    await stripe.subscriptions.cancel(born.id)
    const idsOf = async (status?: 'all' | 'ended' | 'canceled' | 'active') =>
      (await stripe.subscriptions.list(status === undefined ? {} : { status })).data.map(({ id }) => id)
    expect(await idsOf()).toEqual([live.id])
    expect(await idsOf('all')).toEqual([live.id, born.id])
    expect(await idsOf('ended')).toEqual([born.id])
    expect(await idsOf('active')).toEqual([live.id])
  })

  test('narrows by collection method, price and period', async () => {
    const { stripe, born, customer, item } = await startLife()
    const sent = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: 'price_demo_team_yearly' }],
      collection_method: 'send_invoice',
      days_until_due: 30,
    })
    const only = async (filter: object) => (await stripe.subscriptions.list(filter)).data.map(({ id }) => id)
    expect(await only({ collection_method: 'send_invoice' })).toEqual([sent.id])
    expect(await only({ price: 'price_demo_team_monthly' })).toEqual([born.id])
    expect(await only({ plan: 'price_demo_team_yearly' })).toEqual([sent.id])
    expect(await only({ current_period_end: { gt: item.current_period_end } })).toEqual([sent.id])
    expect(await only({ current_period_end: { lte: item.current_period_end } })).toEqual([born.id])
    expect(await only({ current_period_start: { lt: item.current_period_start } })).toEqual([])
  })

  test('has those of a test clock only for who asks for it, or for its customer', async () => {
    const { stripe, born } = await startLife()
    const clock = await stripe.testHelpers.testClocks.create({ frozen_time: born.created })
    const { id: customer } = await stripe.customers.create({
      test_clock: clock.id,
      payment_method: 'pm_card_visa',
      invoice_settings: { default_payment_method: 'pm_card_visa' },
    })
    const clocked = await stripe.subscriptions.create({ customer, items })
    const idsOf = async (filter: object) => (await stripe.subscriptions.list(filter)).data.map(({ id }) => id)
    expect(await idsOf({})).toEqual([born.id])
    expect(await idsOf({ test_clock: clock.id })).toEqual([clocked.id])
    expect(await idsOf({ customer })).toEqual([clocked.id])
  })
})

describe('the search for subscriptions', () => {
  test('finds by status, metadata and moments', async () => {
    const { stripe, born, customer } = await startLife({ metadata: { team: 'red' } })
    const other = await stripe.subscriptions.create({ customer: customer.id, items })
    await stripe.subscriptions.cancel(other.id)
    const found = async (query: string) =>
      (await stripe.subscriptions.search({ query })).data.map(({ id }) => id)
    expect(await found("status:'active' AND metadata['team']:'red'")).toEqual([born.id])
    expect(await found(`canceled_at>=${born.created}`)).toEqual([other.id])
    expect(await found("-status:'canceled'")).toEqual([born.id])
  })

  test('goes on page by page, and says no to a page that nobody gave', async () => {
    const { stripe, customer } = await startLife()
    await stripe.subscriptions.create({ customer: customer.id, items })
    const query = 'created>0'
    const first = await stripe.subscriptions.search({ query, limit: 1 })
    const second = await stripe.subscriptions.search({ query, limit: 1, page: first.next_page ?? '' })
    expect([first.has_more, second.has_more]).toEqual([true, false])
    expect(second.data[0]?.id).not.toBe(first.data[0]?.id)
    expect(await failure(stripe.subscriptions.search({ query, page: 'bm9uZQ' }))).toMatchObject({
      param: 'page',
    })
  })
})

describe('the billing mode', () => {
  test('goes from classic to flexible, and says when', async () => {
    const life = await startLife({ billing_mode: { type: 'classic' } })
    const migrated = await life.stripe.subscriptions.migrate(life.born.id, {
      billing_mode: { type: 'flexible' },
    })
    expect(migrated.billing_mode).toEqual({
      flexible: { proration_discounts: 'included' },
      type: 'flexible',
      updated_at: life.clock.now(),
    })
    expect((await life.newEvents()).map(({ type, data }) => [type, data.previous_attributes])).toEqual([
      ['customer.subscription.updated', { billing_mode: expect.objectContaining({ type: 'classic' }) }],
    ])
  })

  test('does not go there twice', async () => {
    const { stripe, born } = await startLife()
    const call = stripe.subscriptions.migrate(born.id, { billing_mode: { type: 'flexible' } })
    expect((await failure(call)).message).toContain('already in flexible billing mode')
  })
})
