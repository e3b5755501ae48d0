import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { listDrift } from '../../src/db/queries/drift.ts'
import { findPrice } from '../../src/db/queries/prices.ts'
import { compareCatalogue } from '../../src/reconcile/catalogue.ts'
import { settleSuspects } from '../../src/reconcile/settle-suspects.ts'
import { standingClock } from '../support/clock.ts'
import { feed, GRACE_MS, letPass } from '../support/reconcile-rig.ts'
import { addPrice, deliver, drain, eventsOf, useSync } from '../support/sync-rig.ts'

const clock = standingClock(new Date())
const rig = useSync({ clock })
const NEVER = new AbortController().signal

beforeEach(async () => {
  await rig.database.db.pool.query(
    `truncate billhook.products, billhook.prices, billhook.plans, billhook.cursors, billhook.suspects, billhook.drift, billhook.events`,
  )
  clock.set(new Date())
})

afterEach(() => {
  rig.network.weather = () => 'fine'
})

/** What the job does at the start of a process. */
async function start(): Promise<void> {
  await compareCatalogue(rig.context, GRACE_MS)
}

async function settleAfterGrace(): Promise<void> {
  clock.advance(GRACE_MS)
  await settleSuspects(rig.context, NEVER)
}

async function isOnSale(id: string): Promise<boolean | undefined> {
  return (await findPrice(rig.database.db.query, id))?.active
}

async function drift() {
  return await listDrift(rig.database.db.query, { limit: 100 })
}

async function tell(type: string, id: string): Promise<void> {
  await deliver(rig, {
    ...{ id: `evt_${randomBytes(8).toString('hex')}`, object: 'event', api_version: null, livemode: false },
    ...{ type, created: Math.floor(clock.now().getTime() / 1000), data: { object: { id } } },
  })
}

test('the first time everything is mirrored at once and nothing is recorded, also when an event was faster', async () => {
  const [first, second] = [await addPrice(rig), await addPrice(rig)]
  await tell('price.created', first.id)
  await drain(rig)
  await start()
  expect([await isOnSale(first.id), await isOnSale(second.id)]).toEqual([true, true])
  await settleAfterGrace()
  expect(await drift()).toEqual([])
})

test('what was missed while no process ran is repaired and recorded, when a webhook had its time', async () => {
  const price = await addPrice(rig)
  await start()
  await rig.stripe.prices.update(price.id, { active: false })
  const unheard = await addPrice(rig)
  await start()
  await settleSuspects(rig.context, NEVER)
  expect(await drift()).toEqual([])
  await settleAfterGrace()
  expect([await isOnSale(price.id), await isOnSale(unheard.id)]).toEqual([false, true])
  expect(new Set((await drift()).map(({ resource_id }) => resource_id))).toEqual(
    new Set([price.id, unheard.id, unheard.product]),
  )
  expect((await drift()).find(({ resource_id }) => resource_id === price.id)).toMatchObject({
    ...{ resource: 'price', owner_id: null, found_by: 'sweep' },
    fields: [{ field: 'active', mirror: true, stripe: false }],
  })
})

test('what an event tells of, within the grace or waiting in the inbox, was not missed', async () => {
  const [soon, waiting] = [await addPrice(rig), await addPrice(rig)]
  await start()
  for (const { id } of [soon, waiting]) await rig.stripe.prices.update(id, { active: false })
  await start()
  await tell('price.updated', soon.id)
  await drain(rig)
  await tell('price.updated', waiting.id)
  await settleAfterGrace()
  expect(await isOnSale(waiting.id)).toBe(true)
  clock.advance(GRACE_MS)
  await drain(rig)
  await settleAfterGrace()
  expect([await isOnSale(soon.id), await isOnSale(waiting.id)]).toEqual([false, false])
  expect(await drift()).toEqual([])
})

test('what the feed finds after the start is recorded with its event, once', async () => {
  const price = await addPrice(rig)
  for (const event of await eventsOf(rig, price.id)) await deliver(rig, event)
  await drain(rig)
  await start()
  await rig.stripe.prices.update(price.id, { active: false })
  await start()
  // Stripe's events have its time, in whole seconds.
  await letPass(rig, clock, GRACE_MS / 1000 + 60)
  await feed(rig)
  await drain(rig)
  await settleAfterGrace()
  const ofPrice = (await drift()).filter(({ resource_id }) => resource_id === price.id)
  expect(ofPrice).toMatchObject([{ found_by: 'feed', event_type: 'price.updated' }])
})

test('a product that cannot be read is suspected, and the others are compared', async () => {
  const [unreadable, other] = [await addPrice(rig), await addPrice(rig)]
  await start()
  await rig.stripe.prices.update(other.id, { active: false })
  const { products } = rig.context.stripe
  const { list } = products
  // As no version of Stripe's API has it so far.
  const features = JSON.parse('[null]')
  Object.assign(products, {
    async *list() {
      for await (const each of list.call(products, { limit: 100 }))
        yield each.id === unreadable.product ? { ...each, marketing_features: features } : each
    },
  })
  await start()
  Object.assign(products, { list })
  const { rows } = await rig.database.db.pool.query('select id from billhook.suspects order by id')
  expect(rows.map(({ id }) => id)).toEqual([other.id, unreadable.product].toSorted())
  await settleAfterGrace()
  expect(await isOnSale(other.id)).toBe(false)
})

test('a list that is empty ends nothing; what Stripe does not know by its id is off sale', async () => {
  const price = await addPrice(rig)
  await start()
  await rig.database.db.pool.query(
    `insert into billhook.products select 'prod_gone', 'Gone', null, true, '{}', '[]', now(), '{}', now()`,
  )
  const { products, prices } = rig.context.stripe
  const lists = [products.list, prices.list] as const
  const empty = () => []
  Object.assign(products, { list: empty })
  Object.assign(prices, { list: empty })
  await start()
  Object.assign(products, { list: lists[0] })
  Object.assign(prices, { list: lists[1] })
  await settleAfterGrace()
  expect(await isOnSale(price.id)).toBe(true)
  expect(await drift()).toMatchObject([
    { resource_id: 'prod_gone', fields: [{ field: 'active', mirror: true, stripe: false }] },
  ])
})
