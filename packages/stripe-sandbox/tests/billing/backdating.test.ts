import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { iso, startLife } from '../support/lives.ts'
import { everythingConforms, startShop } from '../support/shop.ts'
import { failure } from '../support/start.ts'

const at = (text: string) => Date.parse(`${text}T12:00:00Z`) / 1000
const backdated = { backdate_start_date: at('2026-12-16') }

async function linesOf(life: Awaited<ReturnType<typeof startLife>>) {
  const [invoice] = await life.invoices()
  return (invoice?.lines.data ?? []).map(({ amount, period }) => [
    iso(period.start).slice(0, 10),
    iso(period.end).slice(0, 10),
    amount,
  ])
}

// The shop's clock stands at 31 January 2027, 12:00 UTC.
const classic = { ...backdated, billing_mode: { type: 'classic' } } as const

describe('a backdated subscription', () => {
  test('bills each elapsed period by itself, the first one for its share, and then the one that begins', async () => {
    const life = await startLife(backdated)
    expect(await linesOf(life)).toEqual([
      ['2026-12-16', '2026-12-31', 1403],
      ['2026-12-31', '2027-01-31', 2900],
      ['2027-01-31', '2027-02-28', 2900],
    ])
    expect(life.born).toMatchObject({
      status: 'active',
      start_date: backdated.backdate_start_date,
      created: life.clock.now(),
      billing_cycle_anchor: life.clock.now(),
    })
    await life.sandbox.advance({ days: 29 })
    expect((await life.invoices()).map(({ total }) => total)).toEqual([2900, 7203])
    expect(everythingConforms(life.sandbox)).toEqual([])
  })

  test('with an anchor bills until that, and is then billed there', async () => {
    const life = await startLife({ ...backdated, billing_cycle_anchor: at('2027-02-10') })
    expect(await linesOf(life)).toEqual([
      ['2026-12-16', '2027-01-10', 2339],
      ['2027-01-10', '2027-02-10', 2900],
    ])
    expect(iso(life.item.current_period_end)).toBe('2027-02-10T12:00:00')
  })

  test('without prorations bills nothing of what is past', async () => {
    const life = await startLife({ ...backdated, proration_behavior: 'none' })
    expect(await linesOf(life)).toEqual([['2027-01-31', '2027-02-28', 2900]])
    expect(life.born.start_date).toBe(backdated.backdate_start_date)
  })

  test.each([
    ['in the future', { backdate_start_date: at('2027-03-01') }, 'parameter_invalid'],
    ['longer ago than an invoice has lines', { backdate_start_date: at('2000-01-01') }, 'parameter_invalid'],
    ['with a trial', { ...backdated, trial_period_days: 10 }, 'sandbox_not_supported_yet'],
  ] as const)('is refused %s', async (_, parameters, code) => {
    const refusal = await failure(startLife(parameters))
    expect([refusal.param, refusal.code ?? 'parameter_invalid']).toEqual(['backdate_start_date', code])
  })
})

// 29.00 for the month from 16 December on, and for 15 of the 31 days after it.
describe('a backdated subscription in classic billing mode', () => {
  test('bills all that has elapsed on one line, by months that begin where it began', async () => {
    expect(await linesOf(await startLife(classic))).toEqual([
      ['2026-12-16', '2027-01-31', 2900 + 1403],
      ['2027-01-31', '2027-02-28', 2900],
    ])
  })

  test('with an anchor bills until that on one line', async () => {
    const life = await startLife({ ...classic, billing_cycle_anchor: at('2027-02-10') })
    // 25 of the 31 days from 16 January on.
    expect(await linesOf(life)).toEqual([['2026-12-16', '2027-02-10', 2900 + 2339]])
    expect(iso(life.item.current_period_end)).toBe('2027-02-10T12:00:00')
  })

  test('without prorations bills nothing of what is past', async () => {
    expect(await linesOf(await startLife({ ...classic, proration_behavior: 'none' }))).toEqual([
      ['2027-01-31', '2027-02-28', 2900],
    ])
  })
})

describe('a schedule that began in the past', () => {
  async function begun(
    phase: Partial<Stripe.SubscriptionScheduleCreateParams.Phase> = {},
    parameters: Partial<Stripe.SubscriptionScheduleCreateParams> = {},
  ) {
    const shop = await startShop()
    const customer = await shop.customerWithCard()
    const schedule = await shop.stripe.subscriptionSchedules.create({
      customer: customer.id,
      start_date: at('2026-12-16'),
      phases: [
        {
          items: [{ price: 'price_demo_team_monthly' }],
          duration: { interval: 'month', interval_count: 3 },
          ...phase,
        },
        { items: [{ price: 'price_demo_starter_monthly' }] },
      ],
      ...parameters,
    })
    return { ...shop, customer, schedule }
  }

  test('has its billing dates where it began, and bills what has elapsed', async () => {
    const { schedule, stripe, clock, sandbox } = await begun()
    expect(schedule).toMatchObject({ status: 'active', current_phase: { start_date: at('2026-12-16') } })
    const subscription = await stripe.subscriptions.retrieve(String(schedule.subscription))
    expect(subscription).toMatchObject({
      status: 'active',
      billing_cycle_anchor: at('2026-12-16'),
      start_date: at('2026-12-16'),
      created: clock.now(),
    })
    const { lines } = await stripe.invoices.retrieve(String(subscription.latest_invoice))
    expect(lines.data.map(({ amount, period }) => [iso(period.start), iso(period.end), amount])).toEqual([
      ['2026-12-16T12:00:00', '2027-01-16T12:00:00', 2900],
      ['2027-01-16T12:00:00', '2027-02-16T12:00:00', 2900],
    ])
    expect(everythingConforms(sandbox)).toEqual([])
  })

  test('is renewed there, and goes on to its next phase', async () => {
    const { schedule, stripe, sandbox } = await begun()
    await sandbox.advance({ to: at('2027-03-17') })
    const subscription = await stripe.subscriptions.retrieve(String(schedule.subscription))
    expect(subscription.items.data[0]?.price.id).toBe('price_demo_starter_monthly')
    const { data } = await stripe.invoices.list({ subscription: subscription.id })
    expect(data.map(({ total, status }) => [total, status])).toEqual([
      [900, 'paid'],
      [2900, 'paid'],
      [5800, 'paid'],
    ])
  })

  test('in classic billing mode bills until the next billing date on one line', async () => {
    const { schedule, stripe } = await begun({}, { billing_mode: { type: 'classic' } })
    const subscription = await stripe.subscriptions.retrieve(String(schedule.subscription))
    const { lines } = await stripe.invoices.retrieve(String(subscription.latest_invoice))
    expect(lines.data.map(({ amount }) => amount)).toEqual([5800])
  })

  test.each([
    ['its first phase is over', { duration: { interval: 'month', interval_count: 1 } }],
    ['it is a trial', { trial: true }],
    ['it prorates nothing', { proration_behavior: 'none' }],
  ] as const)('is refused plainly where %s', async (_, phase) => {
    expect((await failure(begun(phase))).code).toBe('sandbox_not_supported_yet')
  })
})
