import { beforeEach, expect, test } from 'vitest'
import { settleDuplicates } from '../../src/actions/settle-duplicates.ts'
import type { Policy } from '../../src/domain/policy.ts'
import { addOwner, addPrice, buy, deliver, drain, eventsOf, mirrorOf, useSync } from '../support/sync-rig.ts'

const rig = useSync()
const NEVER = new AbortController().signal
let run = 0
let owner = ''
let customer = ''
let older = ''
let newer = ''

beforeEach(async () => {
  owner = `owner${++run}`
  customer = await addOwner(rig, owner)
  const price = await addPrice(rig)
  const bought = [await buy(rig, customer, price), await buy(rig, customer, price)]
  // Stripe's times have whole seconds: of two in one second the id decides which counts as the older one.
  const ids = bought.map(({ subscription }) => String(subscription))
  const both = await Promise.all(ids.map((id) => rig.stripe.subscriptions.retrieve(id)))
  both.sort((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1))
  older = both[0]?.id ?? ''
  newer = both[1]?.id ?? ''
  for (const event of await eventsOf(rig, customer)) await deliver(rig, event)
  await drain(rig)
})

test('by default nothing is done: the app is told, and it is recorded', async () => {
  await settle('alert')
  expect(await statusesAtStripe()).toEqual(['active', 'active'])
  expect(await records()).toEqual([{ status: 'left', note: 'the policy is to alert' }])
})

test('the newer one is ended and refunded, once, by however many processes', async () => {
  await Promise.all([1, 2, 3].map(() => settle('cancel-newer-and-refund')))
  await settle('cancel-newer-and-refund')
  expect(await statusesAtStripe()).toEqual(['active', 'canceled'])
  expect(await refundedAtStripe()).toEqual([1_900])
  expect(await records()).toEqual([{ status: 'settled', note: null }])
  const { subscriptions, refunds } = await mirrorOf(rig, owner)
  expect(subscriptions).toMatchObject([{}, {}])
  expect(refunds).toMatchObject([{ reason: 'duplicate' }])
})

test('a process that dies between the cancellation and the refund leaves the refund to the next one', async () => {
  rig.network.weather = (call) => (call === 'POST /v1/refunds' ? 'unreachable' : 'fine')
  await expect(settle('cancel-newer-and-refund')).rejects.toThrow('1 of 1 failed')
  expect(await statusesAtStripe()).toEqual(['active', 'canceled'])
  expect(await records()).toEqual([{ status: 'settling', note: null }])
  rig.network.weather = () => 'fine'
  await settle('cancel-newer-and-refund')
  expect(await refundedAtStripe()).toEqual([1_900])
  expect(await records()).toEqual([{ status: 'settled', note: null }])
})

test('a refund that Stripe refuses is left to a person, and named', async () => {
  rig.network.weather = (call) => (call === 'POST /v1/refunds' ? 'refused' : 'fine')
  await settle('cancel-newer-and-refund')
  rig.network.weather = () => 'fine'
  expect(await statusesAtStripe()).toEqual(['active', 'canceled'])
  expect(await records()).toEqual([
    { status: 'left', note: expect.stringMatching(/^Stripe refuses to refund pi_\w+$/) },
  ])
})

test('one that Stripe refuses to end is left to a person, and not refunded', async () => {
  rig.network.weather = (call) => (call.startsWith('DELETE ') ? 'refused' : 'fine')
  await settle('cancel-newer-and-refund')
  rig.network.weather = () => 'fine'
  expect(await refundedAtStripe()).toEqual([])
  expect(await records()).toEqual([{ status: 'left', note: `Stripe refuses to end ${newer}` }])
})

test.each([
  ['ends by plan', { cancel_at_period_end: true }],
  ['collects no payments', { pause_collection: { behavior: 'void' } }],
] as const)('when the older one %s, the newer one is not taken away', async (why, change) => {
  await rig.stripe.subscriptions.update(older, change)
  await settle('cancel-newer-and-refund')
  expect(await statusesAtStripe()).toEqual(['active', 'active'])
  expect(await records()).toEqual([{ status: 'left', note: `the oldest one ${why}` }])
})

test('when one was ended in the meantime, the other stays', async () => {
  await rig.stripe.subscriptions.cancel(older)
  await settle('cancel-newer-and-refund')
  expect(await statusesAtStripe()).toEqual(['canceled', 'active'])
  expect(await refundedAtStripe()).toEqual([])
  expect(await records()).toMatchObject([{ status: 'left' }])
})

test('one that was canceled before the other began is no duplicate, also when the other is written first', async () => {
  const ben = await addOwner(rig, `ben${run}`)
  const price = await addPrice(rig)
  const { subscription } = await buy(rig, ben, price)
  for (const event of await eventsOf(rig, ben)) await deliver(rig, event)
  await drain(rig)
  const before = await eventsOf(rig, ben)
  await rig.stripe.subscriptions.cancel(String(subscription))
  await buy(rig, ben, price)
  const told = new Set(before.map(({ id }) => id))
  for (const event of await eventsOf(rig, ben)) if (!told.has(event.id)) await deliver(rig, event)
  await drain(rig)
  const { outbox = [] } = await mirrorOf(rig, `ben${run}`)
  expect(outbox.filter((key) => String(key).startsWith('duplicate_subscription'))).toEqual([])
})

async function settle(duplicates: Policy['duplicates']): Promise<void> {
  const context = { ...rig.context, frontendUrl: 'https://shop.example' }
  await settleDuplicates({ ...context, policy: { ...context.policy, duplicates } }, NEVER)
}

async function statusesAtStripe(): Promise<string[]> {
  const both = await Promise.all([older, newer].map((id) => rig.stripe.subscriptions.retrieve(id)))
  return both.map(({ status }) => status)
}

async function refundedAtStripe(): Promise<number[]> {
  const { data } = await rig.stripe.paymentIntents.list({ customer, limit: 10 })
  const refunds = await Promise.all(data.map(({ id }) => rig.stripe.refunds.list({ payment_intent: id })))
  return refunds.flatMap(({ data }) => data.map(({ amount }) => amount))
}

async function records(): Promise<unknown[]> {
  return await rig.database.db.query
    .selectFrom('duplicate_subscriptions')
    .select(['status', 'note'])
    .where('owner_id', '=', owner)
    .execute()
}
