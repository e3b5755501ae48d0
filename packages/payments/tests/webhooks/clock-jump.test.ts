import { expect, test } from 'vitest'
import { writeCursor } from '../../src/db/queries/cursors.ts'
import { endImpossibleWaits } from '../../src/db/queries/impossible-waits.ts'
import { FEED_CURSOR } from '../../src/domain/event-feed.ts'
import { takeLease } from '../../src/sync/lease.ts'
import { LONGEST_WAIT_MS, MOST_ATTEMPTS } from '../../src/webhooks/backoff.ts'
import { standingClock } from '../support/clock.ts'
import {
  addOwner,
  addPrice,
  buy,
  deliver,
  drain,
  eventsOf,
  statusesOf,
  useSync,
} from '../support/sync-rig.ts'

const HOUR_MS = 60 * 60_000
const clock = standingClock(new Date())
const rig = useSync({ clock })

test('what arrived while the clock was an hour ahead does not wait for that hour', async () => {
  const customer = await addOwner(rig, 'ann')
  await buy(rig, customer, await addPrice(rig))
  const events = await eventsOf(rig, customer)
  clock.set(new Date())
  clock.advance(HOUR_MS)
  for (const event of events) {
    await deliver(rig, event)
  }
  clock.advance(-HOUR_MS)
  await drain(rig)
  const statuses = await statusesOf(
    rig,
    events.map(({ id }) => id),
  )
  expect(new Set(Object.values(statuses))).not.toContain('pending')
})

test('what failed while the clock was an hour ahead does not wait for that hour either', async () => {
  clock.set(new Date())
  const customer = await addOwner(rig, 'dan')
  await buy(rig, customer, await addPrice(rig))
  const events = await eventsOf(rig, customer)
  for (const event of events) await deliver(rig, event)
  clock.advance(HOUR_MS)
  rig.sandbox.faults.set({ rules: [{ fault: 'server_error' }] })
  await drain(rig)
  rig.sandbox.faults.clear()
  clock.advance(-HOUR_MS)
  await drain(rig)
  const ids = events.map(({ id }) => id)
  expect(Object.values(await statusesOf(rig, ids))).toContain('pending')
  expect(await endImpossibleWaits(rig.database.db.query, clock.now())).toBeGreaterThan(0)
  await drain(rig)
  expect(Object.values(await statusesOf(rig, ids))).not.toContain('pending')
})

test('a feed that was read by a clock that was ahead is no sign that Stripe answers others', async () => {
  clock.set(new Date())
  const customer = await addOwner(rig, 'eli')
  await buy(rig, customer, await addPrice(rig))
  const events = await eventsOf(rig, customer)
  for (const event of events) await deliver(rig, event)
  await writeCursor(rig.database.db.query, FEED_CURSOR, {}, new Date(clock.now().getTime() + 24 * HOUR_MS))
  rig.sandbox.faults.set({ rules: [{ fault: 'server_error' }] })
  for (let attempt = 0; attempt <= MOST_ATTEMPTS; attempt++) {
    await drain(rig)
    clock.advance(LONGEST_WAIT_MS)
  }
  rig.sandbox.faults.clear()
  const ids = events.map(({ id }) => id)
  expect(Object.values(await statusesOf(rig, ids))).not.toContain('dead')
})

test('who died with a lease from an hour ahead blocks nobody for that hour', async () => {
  clock.set(new Date())
  clock.advance(HOUR_MS)
  expect(await takeLease(rig.context, 'cus_of_bob')).not.toBeNull()
  clock.advance(-HOUR_MS)
  expect(await takeLease(rig.context, 'cus_of_bob')).not.toBeNull()
})

test('a lease of a clock that is a little ahead still holds', async () => {
  clock.set(new Date())
  clock.advance(30_000)
  expect(await takeLease(rig.context, 'cus_of_cleo')).not.toBeNull()
  clock.advance(-30_000)
  expect(await takeLease(rig.context, 'cus_of_cleo')).toBeNull()
})
