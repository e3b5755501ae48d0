import { beforeEach, expect, test } from 'vitest'
import { settleDuplicates } from '../../src/actions/settle-duplicates.ts'
import { insertDuplicate } from '../../src/db/queries/duplicate-subscriptions.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import { systemClock } from '../../src/domain/clock.ts'
import type { Policy } from '../../src/domain/policy.ts'
import type { Stripe } from '../../src/stripe/client.ts'
import { addOwner, addPrice, deliver, drain, eventsOf, mirrorOf, useSync } from '../support/sync-rig.ts'

const DAY_MS = 24 * 60 * 60_000
let aheadMs = 0
const rig = useSync({ clock: { ...systemClock, now: () => new Date(Date.now() + aheadMs) } })
const NEVER = new AbortController().signal

let run = 0
let owner = ''
let customer = ''
let price: Stripe.Price
let seen = new Set<string>()

beforeEach(async () => {
  owner = `owner${++run}`
  customer = await addOwner(rig, owner)
  price = await addPrice(rig)
  seen = new Set()
})

test('while the debit of the older one is on its way nobody is ended; when it has come, the newer one is', async () => {
  const { older, newer } = await have('success', 'card')
  await settle()
  expect(await statusesOf(older, newer)).toEqual(['active', 'active'])
  expect(await records()).toEqual([
    { status: 'found', note: 'the payment of the oldest one is on its way', ended_ids: [] },
  ])
  await pass(4)
  await settle()
  expect(await statusesOf(older, newer)).toEqual(['active', 'canceled'])
  expect(await refunds()).toEqual([1_900])
  expect(await records()).toEqual([{ status: 'settled', note: null, ended_ids: [newer] }])
})

test('when the debit of the older one fails, the one that was paid is not taken away', async () => {
  const { older, newer } = await have('insufficientFunds', 'card')
  await settle()
  await pass(4)
  await settle()
  expect(await statusesOf(older, newer)).toEqual(['active', 'active'])
  expect(await refunds()).toEqual([])
  expect(await records()).toEqual([
    {
      status: 'left',
      note: expect.stringMatching(/^the invoice in_\w+ of the oldest one is void$/),
      ended_ids: [],
    },
  ])
})

test('a trial of the older one that just ended is waited for until its first invoice is charged', async () => {
  await rig.stripe.paymentMethods
    .attach('pm_card_visa', { customer })
    .then(({ id }) =>
      rig.stripe.customers.update(customer, { invoice_settings: { default_payment_method: id } }),
    )
  const { id: older } = await subscribe(await card(), { trial_period_days: 1 })
  await pass(1, 60)
  const { id: newer } = await subscribe(await card())
  await hear()
  await settle()
  expect(await records()).toEqual([
    { status: 'found', note: 'the invoice of the oldest one is a draft', ended_ids: [] },
  ])
  await pass(0, 2 * 3_600)
  await settle()
  expect(await statusesOf(older, newer)).toEqual(['active', 'canceled'])
})

test('an older one that costs nothing is paid for', async () => {
  const dear = price
  const terms = { unit_amount: 0, currency: 'usd', recurring: { interval: 'month' } } as const
  price = await rig.stripe.prices.create({ product: String(dear.product), ...terms })
  const { id: older } = await subscribe(await card())
  await passUnheard(0, 1)
  price = dear
  const { id: newer } = await subscribe(await card())
  await hear()
  await settle()
  expect(await statusesOf(older, newer)).toEqual(['active', 'canceled'])
})

test('an older one that is paid by mail and is not paid yet is left to a person, at once', async () => {
  const { id: older } = await subscribe(await card(), {
    collection_method: 'send_invoice',
    days_until_due: 30,
  })
  await passUnheard(0, 2 * 3_600)
  const { id: newer } = await subscribe(await card())
  await hear()
  await settle()
  expect(await statusesOf(older, newer)).toEqual(['active', 'active'])
  expect(await records()).toMatchObject([{ status: 'left', note: expect.stringContaining('is open') }])
})

test('a newer one whose debit is on its way is ended, and refunded when the money has come', async () => {
  const { older, newer } = await have('card', 'success')
  await settle()
  expect(await statusesOf(older, newer)).toEqual(['active', 'canceled'])
  expect(await records()).toEqual([
    { status: 'settling', note: `the payment of ${newer} is on its way`, ended_ids: [newer] },
  ])
  await pass(4)
  await Promise.all([settle(), settle()])
  expect(await refunds()).toEqual([1_900])
  expect(await records()).toEqual([{ status: 'settled', note: null, ended_ids: [newer] }])
  expect((await mirrorOf(rig, owner)).refunds).toMatchObject([{ reason: 'duplicate' }])
})

test('the money that comes for one that ended is refunded although no event tells of it', async () => {
  await have('card', 'success')
  await settle()
  await passUnheard(4)
  await settle()
  expect(await refunds()).toEqual([1_900])
  expect(await records()).toMatchObject([{ status: 'settled' }])
})

test('when the debit of one that ended fails, nothing is refunded and it is settled', async () => {
  const { newer } = await have('card', 'insufficientFunds')
  await settle()
  await pass(4)
  await settle()
  expect(await refunds()).toEqual([])
  expect(await records()).toEqual([{ status: 'settled', note: null, ended_ids: [newer] }])
})

test('what was begun is carried through when the policy is to alert meanwhile', async () => {
  await have('card', 'success')
  await settle()
  await pass(4)
  await settle('alert')
  expect(await refunds()).toEqual([1_900])
  expect(await records()).toMatchObject([{ status: 'settled' }])
})

test('Stripe is not asked again and again while a payment is on its way', async () => {
  await have('card', 'success')
  await settle()
  const before = rig.network.calls.length
  await settle()
  await settle()
  expect(rig.network.calls.length).toBe(before)
  aheadMs += 3_600_000
  await settle()
  expect(rig.network.calls.slice(before).toSorted()).toEqual([
    expect.stringMatching(/^GET \/v1\/invoices\/in_/),
    expect.stringMatching(/^GET \/v1\/payment_intents\/pi_/),
  ])
})

test('a look that is planned for later than any look is, by a clock that was ahead, is taken now', async () => {
  await have('success', 'card')
  aheadMs += 10 * DAY_MS
  await settle()
  aheadMs -= 10 * DAY_MS
  await passUnheard(4)
  await settle()
  expect(await records()).toMatchObject([{ status: 'settled' }])
})

test.each(['wait', 'fail'])('however many %s, those behind them have their turn', async (how) => {
  const { older, newer } = await have('success', 'card')
  const { query } = rig.database.db
  for (let more = 0; more < 30; more++) {
    await inTransaction(rig.database.db, (tx) =>
      insertDuplicate(tx, owner, [older, newer], rig.context.clock.now()),
    )
  }
  const before = owner
  owner = `owner${++run}`
  customer = await addOwner(rig, owner)
  const behind = await have('card', 'card')
  if (how === 'fail')
    rig.network.weather = (call) => (call.includes(older) || call.includes(newer) ? 'broken' : 'fine')
  for (let round = 0; round < 3; round++) await settle().catch(() => undefined)
  rig.network.weather = () => 'fine'
  expect(await statusesOf(behind.older, behind.newer)).toEqual(['active', 'canceled'])
  await query.deleteFrom('duplicate_subscriptions').where('owner_id', '=', before).execute()
})

type Means = 'card' | 'success' | 'insufficientFunds'

/** Two subscriptions of the owner, told by their events. */
async function have(first: Means, second: Means): Promise<{ older: string; newer: string }> {
  const { id: older } = await subscribe(await means(first))
  // Stripe's times have whole seconds: the second one has to begin in another.
  await rig.sandbox.advance({ seconds: 1 })
  aheadMs += 1_000
  const { id: newer } = await subscribe(await means(second))
  await hear()
  return { older, newer }
}

async function means(which: Means): Promise<string> {
  if (which === 'card') return await card()
  return (await rig.stripe.paymentMethods.attach(`pm_usBankAccount_${which}`, { customer })).id
}

async function card(): Promise<string> {
  return (await rig.stripe.paymentMethods.attach('pm_card_visa', { customer })).id
}

async function subscribe(
  paymentMethod: string,
  more: Partial<Stripe.SubscriptionCreateParams> = {},
): Promise<Stripe.Subscription> {
  return await rig.stripe.subscriptions.create({
    customer,
    items: [{ price: price.id }],
    default_payment_method: paymentMethod,
    ...more,
  })
}

async function settle(duplicates: Policy['duplicates'] = 'cancel-newer-and-refund'): Promise<void> {
  const context = { ...rig.context, frontendUrl: 'https://shop.example' }
  await settleDuplicates({ ...context, policy: { ...context.policy, duplicates } }, NEVER)
}

async function pass(days: number, seconds = 0): Promise<void> {
  await passUnheard(days, seconds)
  await hear()
}

/** Time goes by, here and at Stripe, and no event comes. */
async function passUnheard(days: number, seconds = 0): Promise<void> {
  aheadMs += days * DAY_MS + seconds * 1_000
  await rig.sandbox.advance({ days, seconds })
}

async function hear(): Promise<void> {
  for (const event of await eventsOf(rig, customer)) {
    if (!seen.has(event.id)) await deliver(rig, event)
    seen.add(event.id)
  }
  await drain(rig)
}

async function statusesOf(...ids: string[]): Promise<string[]> {
  const all = await Promise.all(ids.map((id) => rig.stripe.subscriptions.retrieve(id)))
  return all.map(({ status }) => status)
}

async function refunds(): Promise<number[]> {
  const { data } = await rig.stripe.charges.list({ customer, limit: 10 })
  return data.flatMap(({ amount_refunded: amount }) => (amount > 0 ? [amount] : []))
}

async function records(): Promise<unknown[]> {
  return await rig.database.db.query
    .selectFrom('duplicate_subscriptions')
    .select(['status', 'note', 'ended_ids'])
    .where('owner_id', '=', owner)
    .execute()
}
