import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { readEventPayload } from '../../src/db/queries/event-log.ts'
import type { NewEvent } from '../../src/db/queries/events.ts'
import { createInbox } from '../../src/webhooks/inbox.ts'
import { receiveWebhook } from '../../src/webhooks/receive.ts'
import {
  addOwner,
  addPrice,
  buy,
  deliver,
  drain,
  eventsOf,
  SECRET,
  sign,
  useSync,
} from '../support/sync-rig.ts'

const rig = useSync()

function anEvent(type: string, object: object = { id: 'cus_1', object: 'customer' }, more: object = {}) {
  const id = `evt_${randomBytes(8).toString('hex')}`
  const created = Math.floor(Date.now() / 1000)
  return {
    id,
    object: 'event',
    api_version: '2026-10-28.endive',
    created,
    livemode: false,
    type,
    data: { object },
    ...more,
  }
}

function aNewEvent(id: string): NewEvent {
  const now = new Date()
  return {
    ...{ id, type: 't', groupKey: 'g', doorbells: [], apiVersion: null, livemode: false },
    ...{ stripeCreatedAt: now, receivedAt: now, payload: Buffer.from('{}'), ignoredBecause: null },
  }
}

async function storedEvent(id: string) {
  const { query } = rig.database.db
  return await query.selectFrom('events').selectAll().where('id', '=', id).executeTakeFirst()
}

test('the same event 50 times at once is stored once', async () => {
  const inbox = createInbox({ db: rig.database.db, onStored: () => undefined })
  const { clock, log, metrics } = rig.context
  const body = Buffer.from(JSON.stringify(anEvent('customer.updated')))
  const receiving = { inbox, clock, log, metrics, secrets: [SECRET], livemode: false }
  const outcomes = await Promise.all(
    Array.from({ length: 50 }, () => receiveWebhook(receiving, body, sign(body, clock.now()))),
  )
  expect(outcomes.filter(({ outcome }) => outcome === 'stored')).toHaveLength(1)
  const { rows } = await rig.database.db.pool.query('select 1 from billhook.events where id = $1', [
    outcomes[0]!.eventId,
  ])
  expect(rows).toHaveLength(1)
})

test('the same event 50 times is processed once', async () => {
  const customer = await addOwner(rig, 'ann')
  await buy(rig, customer, await addPrice(rig))
  const [event] = await eventsOf(rig, customer)
  await Promise.all(Array.from({ length: 50 }, () => deliver(rig, event!)))
  await drain(rig)
  const before = rig.network.calls.length
  await Promise.all(Array.from({ length: 50 }, () => deliver(rig, event!)))
  await drain(rig)
  expect(rig.network.calls.length).toBe(before)
})

test('the body is stored as it came, byte for byte', async () => {
  const text = JSON.stringify({ ...anEvent('customer.updated'), spaces: 'ä "quoted" \\ \u2028 🙂' }, null, 3)
  const { clock, log, metrics, db } = rig.context
  const receiving = { clock, log, metrics, secrets: [SECRET], livemode: false }
  const inbox = createInbox({ db, onStored: () => undefined })
  const body = Buffer.from(text)
  const { eventId } = await receiveWebhook({ ...receiving, inbox }, body, sign(body, clock.now()))
  expect(await readEventPayload(rig.database.db.query, eventId)).toBe(text)
})

test('an unknown event type is stored and ignored', async () => {
  const event = anEvent('flux_capacitor.charged')
  await deliver(rig, event)
  expect(await storedEvent(event.id)).toMatchObject({ status: 'ignored', note: 'unknown event type' })
})

test('an event of the other mode is stored and ignored', async () => {
  const event = anEvent('customer.updated', undefined, { livemode: true })
  await deliver(rig, event)
  expect(await storedEvent(event.id)).toMatchObject({
    status: 'ignored',
    note: 'a live event at a test installation',
  })
})

test("an event of somebody else's customer on the same account is ignored", async () => {
  const customer = await rig.stripe.customers.create({})
  const event = anEvent('customer.updated', { id: customer.id, object: 'customer' })
  await deliver(rig, event)
  await drain(rig)
  expect(await storedEvent(event.id)).toMatchObject({
    status: 'ignored',
    note: `customer ${customer.id} is not ours`,
  })
})

test('a test event that names a customer that nobody has is ignored', async () => {
  const event = anEvent('customer.updated', { id: 'cus_00000000000000', object: 'customer' })
  await deliver(rig, event)
  await drain(rig)
  expect(await storedEvent(event.id)).toMatchObject({ status: 'ignored' })
})

test('a customer that we made just before we died is linked by its first event', async () => {
  const { query } = rig.database.db
  const at = new Date(0)
  const { id: row } = await query
    .insertInto('customers')
    .values({
      owner_id: 'late',
      stripe_customer_id: null,
      email: null,
      created_at: at,
      updated_at: at,
      deleted_at: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const customer = await rig.stripe.customers.create({
    metadata: { billhook_customer_row: String(row), billhook_installation: rig.context.installationId },
  })
  await deliver(rig, anEvent('customer.created', { id: customer.id, object: 'customer' }))
  await drain(rig)
  const linked = await query
    .selectFrom('customers')
    .selectAll()
    .where('id', '=', row)
    .executeTakeFirstOrThrow()
  expect(linked.stripe_customer_id).toBe(customer.id)
})

test('a customer with the metadata of another installation is not linked', async () => {
  const customer = await rig.stripe.customers.create({
    metadata: { billhook_customer_row: '1', billhook_installation: 'another' },
  })
  const event = anEvent('customer.created', { id: customer.id, object: 'customer' })
  await deliver(rig, event)
  await drain(rig)
  expect(await storedEvent(event.id)).toMatchObject({ status: 'ignored' })
})

test('a thin event is the same as its twin: the object is fetched and its customer found', async () => {
  const customer = await addOwner(rig, 'thin')
  const { subscription } = await buy(rig, customer, await addPrice(rig))
  const id = `evt_${randomBytes(8).toString('hex')}`
  await deliver(rig, {
    id,
    object: 'v2.core.event',
    type: 'v1.customer.subscription.updated',
    created: new Date().toISOString(),
    livemode: false,
    related_object: {
      id: subscription,
      type: 'subscription',
      url: `/v1/subscriptions/${String(subscription)}`,
    },
  })
  await drain(rig)
  expect(await storedEvent(id)).toMatchObject({ status: 'processed', group_key: customer })
})

test('too many waiting deliveries are refused instead of filling the memory', async () => {
  const { db } = rig.database
  // The database answers nothing at all.
  const stuck = { ...db, pool: new Proxy(db.pool, { get: () => () => new Promise(() => undefined) }) }
  const inbox = createInbox({ db: stuck, onStored: () => undefined })
  for (let index = 0; index < 1_000; index++) inbox.store(aNewEvent(`evt_${index}`)).catch(() => undefined)
  await expect(inbox.store(aNewEvent('evt_last'))).rejects.toMatchObject({ code: 'database_unavailable' })
})

test('when the last of a crowd is stored, whoever is told finds no crowd', async () => {
  const crowded = Promise.withResolvers<boolean>()
  const onStored = () => crowded.resolve(inbox.isCrowded())
  const inbox = createInbox({ db: rig.database.db, onStored })
  const stored = Array.from({ length: 8 }, (_, index) => inbox.store(aNewEvent(`evt_crowd_${index}`)))
  expect(await crowded.promise).toBe(false)
  expect(await Promise.all(stored)).toEqual(stored.map(() => 'stored'))
})
