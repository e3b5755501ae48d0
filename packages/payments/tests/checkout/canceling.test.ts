import { beforeEach, describe, expect, test } from 'vitest'
import { cancelSubscription } from '../../src/actions/cancel-subscription.ts'
import type { ActionContext } from '../../src/actions/context.ts'
import { refuseSecondSubscription } from '../../src/actions/refuse-second-subscription.ts'
import {
  type CurrentSubscription,
  findCurrentSubscriptions,
} from '../../src/db/queries/current-subscription.ts'
import type { Stripe } from '../../src/stripe/client.ts'
import { standingClock } from '../support/clock.ts'
import { letPass, stripeNow } from '../support/reconcile-rig.ts'
import type { Weather } from '../support/stripe-proxy.ts'
import { addOwner, addPrice, ringAgain, useSync } from '../support/sync-rig.ts'

const DAY = 86_400
const DECLINED = 'pm_card_chargeCustomerFail'
const clock = standingClock()
const rig = useSync({ clock, billing: { afterLastRetry: 'unpaid' } })
let run = 0
let owner = ''
let customer = ''
let price: Stripe.Price

beforeEach(async () => {
  clock.set(stripeNow(rig))
  rig.network.weather = () => 'fine'
  owner = `owner${++run}`
  customer = await addOwner(rig, owner)
  price = await addPrice(rig)
})

describe('two subscriptions of one owner', () => {
  test('end one after the other, each as it is shown', async () => {
    const older = await subscribe()
    await letPass(rig, clock, 1)
    const newer = await subscribe()
    for (const id of [newer, older]) {
      expect(await shown()).toMatchObject({ id, endsWithPeriod: false })
      expect(await cancel()).toMatchObject({ id, endsWithPeriod: true })
    }
    expect(await cancel()).toMatchObject({ id: newer, endsWithPeriod: true })
    expect(await atStripe(older)).toMatchObject({ status: 'active', cancel_at_period_end: true })
  })

  test('end although only the better one ends already', async () => {
    const active = await subscribe()
    const trial = await subscribe({ trial_period_days: 7 })
    expect(await cancel()).toMatchObject({ id: active })
    expect(await cancel()).toMatchObject({ id: trial, endsWithPeriod: true })
    expect(await shown()).toMatchObject({ id: active })
  })

  test('are not both canceled by a click that is doubled', async () => {
    const [one, other] = [await unpaid(), await unpaid()]
    const answers = await Promise.all([cancel(), cancel()])
    expect(answers[1]).toEqual(answers[0])
    const both = await Promise.all([one, other].map(atStripe))
    expect(both.map(({ status }) => status).toSorted()).toEqual(['canceled', 'unpaid'])
  })
})

describe('a subscription with a schedule', () => {
  test('ends with its period, and what was planned for it is dropped', async () => {
    const id = await subscribe()
    const schedule = await planDowngrade(id)
    expect(await cancel()).toMatchObject({ id, status: 'active', endsWithPeriod: true })
    expect(await atStripe(id)).toMatchObject({ schedule: null, cancel_at_period_end: true })
    expect(await rig.stripe.subscriptionSchedules.retrieve(schedule)).toMatchObject({ status: 'released' })
    await letPass(rig, clock, 32 * DAY)
    expect(await atStripe(id)).toMatchObject({ status: 'canceled' })
  })

  test('that has let it go meanwhile is no trouble', async () => {
    const id = await subscribe()
    const schedule = await planDowngrade(id)
    meanwhile('/release', () => rig.stripe.subscriptionSchedules.release(schedule))
    expect(await cancel()).toMatchObject({ id, endsWithPeriod: true })
  })

  test('that took it over meanwhile is released too', async () => {
    const id = await subscribe()
    await ringAgain(rig, customer)
    meanwhile(`POST /v1/subscriptions/${id}`, () => planDowngrade(id))
    expect(await cancel()).toMatchObject({ id, endsWithPeriod: true })
    expect(await atStripe(id)).toMatchObject({ schedule: null })
  })

  test('that ended it meanwhile has done what was asked for', async () => {
    const id = await subscribe()
    const schedule = await planDowngrade(id)
    meanwhile('/release', () => rig.stripe.subscriptionSchedules.cancel(schedule))
    expect(await cancel()).toMatchObject({ id, status: 'canceled' })
  })

  test('is canceled by the repeat of a request that broke off after the release', async () => {
    const id = await subscribe()
    await planDowngrade(id)
    rig.network.weather = (call) => (call === `POST /v1/subscriptions/${id}` ? 'unreachable' : 'fine')
    await expect(cancel()).rejects.toThrow()
    rig.network.weather = () => 'fine'
    expect(await cancel()).toMatchObject({ id, endsWithPeriod: true })
  })

  test('keeps the end that the schedule has set when nobody repeats such a request', async () => {
    const id = await subscribe()
    await planDowngrade(id, { end_behavior: 'cancel' })
    const { cancel_at } = await atStripe(id)
    rig.network.weather = (call) => (call === `POST /v1/subscriptions/${id}` ? 'unreachable' : 'fine')
    await expect(cancel()).rejects.toThrow()
    expect(cancel_at).not.toBeNull()
    expect(await atStripe(id)).toMatchObject({ schedule: null, cancel_at })
  })

  test('is not asked for again and again when Stripe says no', async () => {
    const id = await subscribe()
    await planDowngrade(id)
    rig.network.weather = (call) => (call === `POST /v1/subscriptions/${id}` ? 'refused' : 'fine')
    await expect(cancel()).rejects.toMatchObject({ statusCode: 400 })
  })
})

describe('a subscription that is not paid for', () => {
  test.each([
    ['unpaid', () => unpaid()],
    ['paused', () => paused()],
    ['past due', () => pastDue()],
    ['unpaid, and canceled with its period before', () => endingWithPeriod(unpaid())],
    ['past due, and canceled with its period before', () => endingWithPeriod(pastDue())],
  ])('ends at once when it is %s, and another one can be bought', async (_how, begin) => {
    const id = await begin()
    expect(await cancel()).toMatchObject({ id, status: 'canceled', endsWithPeriod: false })
    expect(await shown()).toBeNull()
    await refuseSecondSubscription(actions(), owner)
  })

  test('is not charged any more', async () => {
    await payBy(await pastDue(), 'pm_card_visa')
    await cancel()
    await letPass(rig, clock, 60 * DAY)
    const { data } = await rig.stripe.charges.list({ customer })
    expect(data.map(({ status }) => status)).toEqual(['failed', 'succeeded'])
    const [invoice] = (await rig.stripe.invoices.list({ customer })).data
    expect(invoice).toMatchObject({ status: 'open', auto_advance: false })
  })

  test('ends with its period when that is paid, and only the price of another seat is open', async () => {
    const id = await subscribe()
    await payBy(id, DECLINED)
    const [item] = (await atStripe(id)).items.data
    await rig.stripe.subscriptions.update(id, {
      items: [{ id: item?.id ?? '', quantity: 2 }],
      proration_behavior: 'always_invoice',
    })
    await ringAgain(rig, customer)
    expect(await shown()).toMatchObject({ status: 'past_due' })
    expect(await cancel()).toMatchObject({ id, status: 'past_due', endsWithPeriod: true })
  })
})

function cancel(): Promise<CurrentSubscription> {
  const principal = { ownerId: owner, email: null, permissions: new Set<never>() }
  return cancelSubscription(actions(), principal)
}

function actions(): ActionContext {
  return { ...rig.context, frontendUrl: 'https://shop.example' }
}

async function shown(): Promise<CurrentSubscription | null> {
  return (await findCurrentSubscriptions(rig.database.db, [owner]))[0] ?? null
}

function atStripe(id: string): Promise<Stripe.Subscription> {
  return rig.stripe.subscriptions.retrieve(id)
}

async function cardOf(card: string): Promise<string> {
  return (await rig.stripe.paymentMethods.attach(card, { customer })).id
}

async function subscribe(parameters: Partial<Stripe.SubscriptionCreateParams> = {}): Promise<string> {
  const { id } = await rig.stripe.subscriptions.create({
    ...{ customer, items: [{ price: price.id }], default_payment_method: await cardOf('pm_card_visa') },
    ...parameters,
  })
  await ringAgain(rig, customer)
  return id
}

async function payBy(subscription: string, card: string): Promise<void> {
  await rig.stripe.subscriptions.update(subscription, { default_payment_method: await cardOf(card) })
}

async function pastDue(days = 32): Promise<string> {
  const id = await subscribe()
  await payBy(id, DECLINED)
  await letPass(rig, clock, days * DAY)
  await ringAgain(rig, customer)
  return id
}

function unpaid(): Promise<string> {
  return pastDue(50)
}

async function paused(): Promise<string> {
  const { id } = await rig.stripe.subscriptions.create({
    ...{ customer, items: [{ price: price.id }], trial_period_days: 1 },
    trial_settings: { end_behavior: { missing_payment_method: 'pause' } },
  })
  await letPass(rig, clock, 2 * DAY)
  await ringAgain(rig, customer)
  return id
}

async function endingWithPeriod(begun: Promise<string>): Promise<string> {
  const id = await begun
  await rig.stripe.subscriptions.update(id, { cancel_at_period_end: true })
  await ringAgain(rig, customer)
  return id
}

/** Another plan from the next period on, as the portal and the dashboard plan it. Answers the schedule. */
async function planDowngrade(
  subscription: string,
  parameters: Stripe.SubscriptionScheduleUpdateParams = {},
): Promise<string> {
  const { id, phases } = await rig.stripe.subscriptionSchedules.create({ from_subscription: subscription })
  const [now] = phases
  if (!now) throw new Error('A running subscription has a phase')
  const smaller = await addPrice(rig)
  await rig.stripe.subscriptionSchedules.update(id, {
    phases: [
      { items: [{ price: price.id }], start_date: now.start_date, end_date: now.end_date },
      { items: [{ price: smaller.id }], duration: { interval: 'month', interval_count: 3 } },
    ],
    ...parameters,
  })
  return id
}

/** Does something at Stripe between the product's look and this call. */
function meanwhile(call: string, change: () => Promise<unknown>): void {
  let isDone = false
  rig.network.weather = async (each): Promise<Weather> => {
    if (isDone || !each.endsWith(call)) return 'fine'
    isDone = true
    await change()
    return 'fine'
  }
}
