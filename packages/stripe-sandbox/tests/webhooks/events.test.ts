import { describe, expect } from 'vitest'
import { test } from '../../src/vitest/sandbox-test.ts'
import { eventually } from '../support/eventually.ts'
import { movableClock } from '../support/movable-clock.ts'
import { failure, start } from '../support/start.ts'

describe('the events of a catalogue', () => {
  test.override({ sandboxOptions: { seed: 'demo' } })

  test('can be listed and retrieved', async ({ stripe }) => {
    const { data } = await stripe.events.list({ limit: 100 })
    expect(data.length).toBeGreaterThan(8)
    expect(await stripe.events.retrieve(data[0]?.id ?? '')).toEqual(data[0])
  })
})

test('what is delivered is what can be retrieved, but for who has it still to come', async ({
  stripe,
  webhooks,
}) => {
  await stripe.customers.create({ name: 'Ada' })
  const { pending_webhooks: pending, ...delivered } = await webhooks.waitForEvent('customer.created')
  expect(pending).toBe(1)
  const retrieve = () => stripe.events.retrieve(delivered.id)
  await eventually(retrieve).toEqual({ ...delivered, pending_webhooks: 0 })
})

test('an event keeps what its object was at the time', async ({ stripe }) => {
  const { id } = await stripe.customers.create({ name: 'Before' })
  await stripe.customers.update(id, { name: 'After' })
  const created = (await stripe.events.list({ type: 'customer.created' })).data[0]
  expect(created?.data.object).toMatchObject({ name: 'Before' })
})

test('type takes a name or a group, types takes names', async ({ stripe }) => {
  await stripe.customers.create({})
  await stripe.products.create({ name: 'A' })
  const types = async (parameters: object) =>
    (await stripe.events.list(parameters)).data.map(({ type }) => type)
  expect(await types({ type: 'customer.created' })).toEqual(['customer.created'])
  expect(await types({ type: 'product.*' })).toEqual(['product.created'])
  expect(await types({ types: ['customer.created', 'product.created'] })).toEqual([
    'product.created',
    'customer.created',
  ])
})

test('type and types together are refused', async ({ stripe }) => {
  const error = await failure(stripe.events.list({ type: 'customer.created', types: ['product.created'] }))
  expect(error.code).toBe('parameters_exclusive')
})

test('more than twenty types are refused', async ({ stripe }) => {
  const types = Array.from({ length: 21 }, (_, n) => `a.b${n}`)
  expect(await failure(stripe.events.list({ types }))).toMatchObject({ param: 'types' })
})

test('created narrows the list to a time', async () => {
  const clock = movableClock(1_800_000_000)
  const { stripe } = await start({ clock })
  await stripe.customers.create({ name: 'early' })
  clock.advance(100)
  await stripe.customers.create({ name: 'late' })
  const names = async (created: object | number) =>
    (await stripe.events.list({ created })).data.map(({ data }) => (data.object as { name?: string }).name)
  expect(await names({ gt: 1_800_000_000 })).toEqual(['late'])
  expect(await names({ gte: 1_800_000_000, lt: 1_800_000_100 })).toEqual(['early'])
  expect(await names(1_800_000_100)).toEqual(['late'])
})

test('events are there for thirty days', async () => {
  const clock = movableClock(1_800_000_000)
  const { stripe } = await start({ clock })
  await stripe.customers.create({})
  const [event] = (await stripe.events.list()).data
  clock.advance(30 * 24 * 3600)
  expect((await stripe.events.list()).data).toEqual([])
  expect(await failure(stripe.events.retrieve(event?.id ?? ''))).toMatchObject({ statusCode: 404 })
})
