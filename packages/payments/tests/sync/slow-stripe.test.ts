import { afterEach, expect, test } from 'vitest'
import { acquireLease } from '../../src/db/queries/leases.ts'
import { CATALOGUE_GROUP } from '../../src/domain/doorbell.ts'
import { syncCatalogue } from '../../src/sync/catalogue.ts'
import { type DrainOutcome, drainGroup } from '../../src/webhooks/drain.ts'
import { ReplicaClock, VirtualTime } from '../simulation/virtual-time.ts'
import type { Weather } from '../support/stripe-proxy.ts'
import { addOwner, addPrice, buy, deliver, eventsOf, statusesOf, useSync } from '../support/sync-rig.ts'

const time = new VirtualTime(Date.now())
const rig = useSync({ clock: new ReplicaClock(time) })

afterEach(() => {
  rig.network.weather = () => 'fine'
})

test('a Stripe that takes 19 s for each answer is waited for by one replica, and the other does not fence it out', async () => {
  const customer = await addOwner(rig, 'ann')
  for (let purchase = 0; purchase < 3; purchase++) await buy(rig, customer, await addPrice(rig, false))
  await buy(rig, customer, await addPrice(rig))
  const events = await eventsOf(rig, customer)
  for (const event of events) await deliver(rig, event)

  const { context, other } = replicas()
  const others: DrainOutcome[] = []
  answerAfter(19, async () => others.push(await drainGroup(other, customer)))

  expect(await drainGroup(context, customer)).toBe('worked')
  expect(others.length * 19).toBeGreaterThan(2 * 60)
  expect(new Set(others)).toEqual(new Set(['busy']))
  const ids = events.map(({ id }) => id)
  expect(Object.values(await statusesOf(rig, ids))).not.toContain('pending')
})

test('nor does it while twenty products and prices are asked for', async () => {
  const ids: string[] = []
  for (let price = 0; price < 10; price++) {
    for (const event of await eventsOf(rig, (await addPrice(rig)).id)) {
      await deliver(rig, event)
      ids.push(event.id)
    }
  }
  for (let product = 0; product < 10; product++) {
    const { id } = await rig.stripe.products.create({ name: 'Premium' })
    for (const event of await eventsOf(rig, id)) {
      await deliver(rig, event)
      ids.push(event.id)
    }
  }
  const { context, other } = replicas()
  const others: DrainOutcome[] = []
  answerAfter(5, async () => others.push(await drainGroup(other, CATALOGUE_GROUP)))

  expect(await drainGroup(context, CATALOGUE_GROUP)).toBe('worked')
  expect(others.length * 5).toBeGreaterThan(60)
  expect(new Set(others)).toEqual(new Set(['busy']))
  expect(new Set(Object.values(await statusesOf(rig, ids)))).toEqual(new Set(['processed']))
})

test('nor while the whole catalogue is listed', async () => {
  const taken: unknown[] = []
  const { db, clock } = rig.context
  answerAfter(25, async () => {
    const until = new Date(clock.now().getTime() + 60_000)
    taken.push(await acquireLease(db.query, CATALOGUE_GROUP, clock.now(), until))
  })
  await syncCatalogue(rig.context)
  expect(taken.length * 25).toBeGreaterThan(60)
  expect(new Set(taken)).toEqual(new Set([null]))
})

test('products and prices are asked for a few at a time', async () => {
  const events = []
  for (let price = 0; price < 4; price++) events.push(...(await eventsOf(rig, (await addPrice(rig)).id)))
  for (const event of events) await deliver(rig, event)
  const few = Promise.withResolvers<Weather>()
  let underWay = 0
  rig.network.weather = () => {
    if (++underWay === 4) few.resolve('fine')
    return few.promise
  }
  expect(await drainGroup(replicas().context, CATALOGUE_GROUP)).toBe('worked')
})

/** Two of one database; Stripe is slow for the first. */
function replicas() {
  const context = { ...rig.context, random: () => 0.5 }
  return { context, other: { ...context, stripe: rig.stripe } }
}

/** Stripe answers one call after the other, each after so long; then `beside` happens first. */
function answerAfter(seconds: number, beside: () => Promise<unknown>): void {
  let turn: Promise<Weather> = Promise.resolve('fine')
  rig.network.weather = () => {
    turn = turn.then(async (): Promise<Weather> => {
      for (let second = 0; second < seconds; second++) {
        time.moveTo(time.nowMs + 1_000)
        await untilItWaits()
      }
      await beside()
      return 'fine'
    })
    return turn
  }
}

/** What the time has woken keeps the lease, and then waits for the next time: however long the database takes for it. */
async function untilItWaits(): Promise<void> {
  for (let question = 0; question < 1_000 && time.nextDueMs() === null; question++) {
    await rig.database.db.pool.query('select 1')
  }
}
