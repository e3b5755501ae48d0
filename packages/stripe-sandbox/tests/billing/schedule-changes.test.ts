import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { billedItems, monthly, phaseParameters, starter, startScheduledLife } from '../support/scheduled.ts'
import { startShop, typesOf } from '../support/shop.ts'
import { failure } from '../support/start.ts'

describe('an update of a schedule', () => {
  test('needs the start of the running phase', async () => {
    const { stripe, schedule, current } = await startScheduledLife()
    const phases = [{ items: [{ price: monthly }] }]
    expect((await failure(stripe.subscriptionSchedules.update(schedule.id, { phases }))).message).toBe(
      'The subscription schedule update is missing at least one phase with a `start_date` to anchor end dates to.',
    )
    const moved = [{ ...phaseParameters(current), start_date: current.start_date + 60 }]
    const call = stripe.subscriptionSchedules.update(schedule.id, { phases: moved })
    expect((await failure(call)).message).toBe('You can not modify the start date of the current phase.')
  })

  test('of the running phase changes the subscription at once, as its proration behavior says', async () => {
    const life = await startScheduledLife()
    await life.sandbox.advance({ days: 14 })
    await life.stripe.subscriptionSchedules.update(life.schedule.id, {
      proration_behavior: 'always_invoice',
      phases: [
        {
          ...phaseParameters(life.current),
          items: [{ price: monthly, quantity: 2 }],
          end_date: life.current.end_date,
        },
      ],
    })
    expect(billedItems(await life.now())).toEqual([`${monthly} × 2`])
    expect((await life.invoices())[0]).toMatchObject({ status: 'draft', total: 1450 })
    await life.sandbox.advance({ hours: 2 })
    expect((await life.invoices())[0]).toMatchObject({ status: 'paid' })
  })

  test('ends the running phase now, and the next one begins', async () => {
    const life = await startScheduledLife()
    await life.sandbox.advance({ days: 7 })
    const schedule = await life.stripe.subscriptionSchedules.update(life.schedule.id, {
      phases: [
        { ...phaseParameters(life.current), end_date: 'now' },
        { items: [{ price: starter }], duration: { interval: 'month' }, proration_behavior: 'none' },
      ],
    })
    expect(schedule.current_phase?.start_date).toBe(life.current.start_date + 7 * 86_400)
    expect(billedItems(await life.now())).toEqual([`${starter} × 1`])
  })

  test('leaves past phases where they are', async () => {
    const life = await startScheduledLife()
    await life.plan([{ items: [{ price: starter }] }])
    await life.sandbox.advance({ days: 30 })
    const { phases } = await life.scheduleNow()
    const running = phases[1]
    if (running === undefined) throw new Error('no second phase')
    const after = await life.stripe.subscriptionSchedules.update(life.schedule.id, {
      phases: [{ ...phaseParameters(running), duration: { interval: 'month', interval_count: 2 } }],
    })
    expect(after.phases.map((phase) => phase.start_date)).toEqual(phases.map((phase) => phase.start_date))
  })

  test.each<[string, Partial<Stripe.SubscriptionScheduleUpdateParams.Phase>]>([
    ['a duration beside an end', { duration: { interval: 'month' }, end_date: 4_000_000_000 }],
    ['a trial beside its end', { trial: true, trial_end: 3_000_000_000 }],
    ['a period that begins with a trial', { trial: true, billing_cycle_anchor: 'phase_start' }],
    ['an invoice that is sent and never due', { collection_method: 'send_invoice' }],
    ['something once that is paid again and again', { add_invoice_items: [{ price: monthly }] }],
  ])('refuses %s', async (_, parameters) => {
    const { plan } = await startScheduledLife()
    const call = plan([{ items: [{ price: starter }], ...parameters }])
    expect(await failure(call)).toMatchObject({ type: 'StripeInvalidRequestError' })
  })
})

describe('what a schedule keeps its subscription from', () => {
  test('being set to end', async () => {
    const { stripe, born, schedule } = await startScheduledLife()
    const call = stripe.subscriptions.update(born.id, { cancel_at_period_end: true })
    expect((await failure(call)).message).toBe(
      `The subscription is managed by the subscription schedule \`${schedule.id}\`, and updating any cancelation behavior directly is not allowed. Please update the schedule instead.`,
    )
  })

  test('being paused', async () => {
    const { stripe, born } = await startScheduledLife()
    const call = stripe.subscriptions.pause(born.id, { type: 'subscription' })
    expect((await failure(call)).message).toContain('schedule')
  })
})

test('a change past the schedule cuts the running phase in two', async () => {
  const life = await startScheduledLife()
  await life.plan([{ items: [{ price: starter }] }])
  await life.sandbox.advance({ days: 7 })
  await life.newEvents()
  await life.stripe.subscriptions.update(life.born.id, { items: [{ id: life.item.id, quantity: 4 }] })
  expect(typesOf(await life.newEvents()).at(-1)).toBe('subscription_schedule.updated')
  const { phases, current_phase: current } = await life.scheduleNow()
  expect(phases.map(({ items }) => items.map(({ price, quantity }) => `${price} × ${quantity}`))).toEqual([
    [`${monthly} × 1`],
    [`${monthly} × 4`],
    [`${starter} × 1`],
  ])
  expect(current?.start_date).toBe(life.current.start_date + 7 * 86_400)
})

describe('a schedule ends', () => {
  test('when it is released; an end that it planned goes with it', async () => {
    const life = await startScheduledLife()
    await life.plan([], { end_behavior: 'cancel' })
    await life.newEvents()
    const released = await life.stripe.subscriptionSchedules.release(life.schedule.id)
    expect(released).toMatchObject({ status: 'released', released_subscription: life.born.id })
    expect(await life.now()).toMatchObject({ schedule: null, cancel_at: null })
    expect(typesOf(await life.newEvents())).toEqual([
      'subscription_schedule.updated',
      'subscription_schedule.released',
      'customer.subscription.updated',
    ])
    const again = life.stripe.subscriptionSchedules.release(life.schedule.id)
    expect((await failure(again)).message).toContain('currently in the `released` status')
  })

  test('when it is released, and its end stays where that is asked for', async () => {
    const life = await startScheduledLife()
    await life.plan([], { end_behavior: 'cancel' })
    await life.stripe.subscriptionSchedules.release(life.schedule.id, { preserve_cancel_date: true })
    expect(await life.now()).toMatchObject({ schedule: null, cancel_at: life.current.end_date })
  })

  test('with its subscription when it is canceled; the unused time is given back', async () => {
    const life = await startScheduledLife()
    await life.sandbox.advance({ days: 14 })
    const canceled = await life.stripe.subscriptionSchedules.cancel(life.schedule.id)
    expect(canceled).toMatchObject({ status: 'canceled', current_phase: null })
    expect(await life.now()).toMatchObject({ status: 'canceled' })
    expect(await life.stripe.customers.retrieve(life.customer.id)).toMatchObject({ balance: -1450 })
  })

  test('when its subscription is canceled past it', async () => {
    const life = await startScheduledLife()
    await life.stripe.subscriptions.cancel(life.born.id)
    expect(typesOf(await life.newEvents())).toEqual([
      'customer.subscription.deleted',
      'subscription_schedule.canceled',
    ])
  })

  test('aborted when its subscription ends unpaid', async () => {
    const life = await startScheduledLife()
    await life.plan([{ items: [{ price: starter }], duration: { interval: 'year' } }])
    await life.changeCard('pm_card_chargeCustomerFail')
    const events = await life.pass({ days: 60 })
    expect(events.at(-1)).toContain('subscription_schedule.aborted')
  })

  test('before it began when its customer is deleted', async () => {
    const { stripe, clock, newEvents } = await startShop()
    const { id: customer } = await stripe.customers.create()
    await stripe.subscriptionSchedules.create({
      customer,
      start_date: clock.now() + 86_400,
      phases: [{ items: [{ price: monthly }] }],
    })
    await newEvents()
    await stripe.customers.del(customer)
    expect(typesOf(await newEvents())).toEqual(['subscription_schedule.canceled', 'customer.deleted'])
  })
})
