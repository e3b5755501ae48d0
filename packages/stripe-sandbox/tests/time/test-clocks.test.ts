import type Stripe from 'stripe'
import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { iso } from '../support/lives.ts'
import { failure, start } from '../support/start.ts'

const noon = Date.UTC(2027, 0, 31, 12) / 1000
const day = 86_400

async function withClock(frozenTime = noon) {
  const { stripe, sandbox } = await start({ seed: 'demo' })
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: frozenTime, name: 'A test' })
  const customer = await stripe.customers.create({
    test_clock: clock.id,
    payment_method: 'pm_card_visa',
    invoice_settings: { default_payment_method: 'pm_card_visa' },
  })
  const advance = async (to: number): Promise<Stripe.TestHelpers.TestClock> => {
    const advancing = await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: to })
    const status = async () => (await stripe.testHelpers.testClocks.retrieve(clock.id)).status
    await eventually(status).toBe('ready')
    return advancing
  }
  const subscribe = (price = 'price_demo_team_monthly') =>
    stripe.subscriptions.create({ customer: customer.id, items: [{ price }] })
  return { stripe, sandbox, clock, customer, advance, subscribe }
}

test('what belongs to a customer of a test clock happens at its time', async () => {
  const { subscribe, customer, clock } = await withClock()
  const subscription = await subscribe()
  expect([customer.created, subscription.created].map(iso)).toEqual([
    '2027-01-31T12:00:00',
    '2027-01-31T12:00:00',
  ])
  expect([customer.test_clock, subscription.test_clock]).toEqual([clock.id, clock.id])
})

test('an advance is answered at once, and ready when all that was due is done', async () => {
  const { stripe, advance, subscribe } = await withClock()
  const subscription = await subscribe()
  const advancing = await advance(noon + 29 * day)
  expect(advancing).toMatchObject({
    status: 'advancing',
    status_details: { advancing: { target_frozen_time: noon + 29 * day } },
  })
  const { data } = await stripe.invoices.list({ subscription: subscription.id })
  expect(data.map(({ status, created }) => [status, iso(created)])).toEqual([
    ['paid', '2027-02-28T12:00:00'],
    ['paid', '2027-01-31T12:00:00'],
  ])
})

test('a renewal is a draft for an hour', async () => {
  const { stripe, advance, subscribe } = await withClock()
  const subscription = await subscribe()
  await advance(Date.UTC(2027, 1, 28, 12, 30) / 1000)
  const [renewal] = (await stripe.invoices.list({ subscription: subscription.id })).data
  expect(renewal).toMatchObject({ status: 'draft', auto_advance: true })
  expect(iso(renewal?.automatically_finalizes_at ?? 0)).toBe('2027-02-28T13:00:00')
})

test('two clocks and the sandbox go their own ways', async () => {
  const { stripe, advance, subscribe } = await withClock()
  const other = await stripe.testHelpers.testClocks.create({ frozen_time: noon })
  const outsider = await stripe.customers.create()
  await subscribe()
  await advance(noon + 40 * day)
  expect((await stripe.testHelpers.testClocks.retrieve(other.id)).frozen_time).toBe(noon)
  expect(outsider.test_clock).toBeNull()
  expect(Math.abs((await stripe.customers.create()).created - Date.now() / 1000)).toBeLessThan(60)
})

test.each([
  ['back', -1, 'must be after'],
  ['further than two intervals', 3 * 31 * day, 'at most two intervals'],
])('it cannot go %s', async (_, by, why) => {
  const { stripe, clock, subscribe } = await withClock()
  await subscribe()
  const call = stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: noon + by })
  expect(await failure(call)).toMatchObject({ param: 'frozen_time', message: expect.stringContaining(why) })
})

test('a fourth customer finds no room on it', async () => {
  const { stripe, clock } = await withClock()
  for (const _ of [2, 3]) await stripe.customers.create({ test_clock: clock.id })
  expect(await failure(stripe.customers.create({ test_clock: clock.id }))).toMatchObject({
    param: 'test_clock',
  })
})

test('its customers are missing from the list of all, and in its own', async () => {
  const { stripe, clock, customer } = await withClock()
  const outsider = await stripe.customers.create()
  expect((await stripe.customers.list()).data.map(({ id }) => id)).toEqual([outsider.id])
  const own = await stripe.customers.list({ test_clock: clock.id })
  expect(own.data.map(({ id }) => id)).toEqual([customer.id])
})

test('deleting it deletes what lived on it', async () => {
  const { stripe, clock, customer, subscribe } = await withClock()
  const subscription = await subscribe()
  expect(await stripe.testHelpers.testClocks.del(clock.id)).toMatchObject({ id: clock.id, deleted: true })
  expect(await failure(stripe.customers.retrieve(customer.id))).toMatchObject({ code: 'resource_missing' })
  expect(await failure(stripe.subscriptions.retrieve(subscription.id))).toMatchObject({
    code: 'resource_missing',
  })
})
