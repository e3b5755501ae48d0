import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { insertTransitions } from '../../src/db/queries/outbox.ts'
import { replayAppEvents, retryDeliveries } from '../../src/db/queries/outbox-log.ts'
import { claimQueues, markDelivered, nextDelivery } from '../../src/db/queries/outbox-queues.ts'
import { claimTargets } from '../../src/db/queries/outbox-targets.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import type { AppEvent } from '../../src/domain/app-events.ts'
import { MOST_ATTEMPTS } from '../../src/outbox/backoff.ts'
import { type Target, targetsOf } from '../../src/outbox/targets.ts'
import { workQueue } from '../../src/outbox/work-queue.ts'
import { transitionOf, useOutbox } from '../support/outbox-rig.ts'
import { useReceiver } from '../support/receiver.ts'

const HOUR_MS = 60 * 60_000
const OLD = `whsec_${Buffer.alloc(24, 'old').toString('base64')}`
const NEW = `whsec_${Buffer.alloc(32, 'new').toString('base64')}`
const rig = useOutbox()
const receiver = useReceiver()
let endpoint: Target

beforeEach(async () => {
  const endpoints = [{ url: receiver.url, secrets: [NEW, OLD] }]
  const [target] = targetsOf({ endpoints, networks: ['127.0.0.1'] }, rig.clock)
  endpoint = target!
  await rig.name(endpoint)
})
afterEach(() => {
  receiver.deliveries.length = 0
  receiver.answer = () => 200
  receiver.headers = {}
})

const taken = () => receiver.deliveries.map(({ event }) => nameOf(event))
const nameOf = (event: AppEvent) =>
  event.type === 'subscription.canceled' ? event.data.price_id : event.type

test('an event arrives as its schema says, signed with every secret, and is delivered once', async () => {
  await rig.tell('ann', 'a')
  await rig.deliver(endpoint)
  await rig.deliver(endpoint)
  expect(receiver.deliveries).toHaveLength(1)
  const [{ headers, body, event }] = receiver.deliveries as [(typeof receiver.deliveries)[number]]
  expect(event).toMatchObject({
    id: expect.stringMatching(/^msg_0123456789ab_\d+$/),
    ...{ type: 'subscription.canceled', timestamp: '2026-11-23T12:00:00Z', owner_id: 'ann' },
    data: { subscription_id: 'sub_1', price_id: 'a' },
  })
  expect(headers['content-type']).toBe('application/json')
  const signed = `${event.id}.${rig.clock.now().getTime() / 1000}.${body}`
  const signatures = [NEW, OLD].map((secret) => {
    const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
    return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`
  })
  expect(headers).toMatchObject({
    'webhook-id': event.id,
    'webhook-timestamp': String(rig.clock.now().getTime() / 1000),
    'webhook-signature': signatures.join(' '),
  })
  expect(await rig.deliveries()).toEqual(['a delivered 0'])
})

test('what was rolled back is told to nobody, and when it is found again it is told once', async () => {
  const { db } = rig.database
  const crash = inTransaction(db, async (tx) => {
    await insertTransitions(tx, 'ann', [transitionOf('a')], rig.clock.now())
    throw new Error('crash')
  })
  await expect(crash).rejects.toThrow('crash')
  await rig.deliver(endpoint)
  expect(taken()).toEqual([])
  for (let time = 0; time < 3; time++) await rig.tell('ann', 'a')
  await rig.deliver(endpoint)
  expect(taken()).toEqual(['a'])
})

describe('an owner whose event is not taken', () => {
  test('waits with all that comes after it, and holds nobody else up', async () => {
    for (const name of ['a1', 'a2']) await rig.tell('ann', name)
    await rig.tell('bob', 'b1')
    receiver.answer = (event) => (event.owner_id === 'ann' ? 500 : 200)
    await rig.deliver(endpoint)
    expect(new Set(taken())).toEqual(new Set(['a1', 'b1']))
    expect(await rig.deliveries()).toEqual(['a1 pending 1', 'a2 pending 0', 'b1 delivered 0'])

    receiver.answer = () => 200
    await rig.deliver(endpoint)
    expect(taken()).toHaveLength(2)
    rig.clock.advance(5_000)
    await rig.deliver(endpoint)
    expect(taken().slice(2)).toEqual(['a1', 'a2'])
  })

  test('gets it again for three days; then it is given up, and the next one goes on', async () => {
    for (const name of ['a1', 'a2']) await rig.tell('ann', name)
    const began = rig.clock.now()
    receiver.answer = (event) => (nameOf(event) === 'a1' ? 500 : 200)
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
      await rig.deliver(endpoint)
      if (attempt < MOST_ATTEMPTS) rig.clock.advance(6 * HOUR_MS)
    }
    expect(await rig.deliveries()).toEqual([`a1 dead ${MOST_ATTEMPTS}`, 'a2 delivered 0'])
    expect(
      new Set(receiver.deliveries.filter(({ event }) => nameOf(event) === 'a1').map(({ event }) => event.id))
        .size,
    ).toBe(1)
    expect(rig.clock.now().getTime() - began.getTime()).toBeGreaterThan(72 * HOUR_MS)
  })

  test('says why to the operator, also when it would be led elsewhere', async () => {
    await rig.tell('ann', 'a')
    receiver.answer = () => receiver.url
    await rig.deliver(endpoint)
    const { rows } = await rig.database.db.pool.query('select last_error from billhook.outbox_deliveries')
    expect(rows).toEqual([{ last_error: 'answered 302 (redirects are not followed): no thanks' }])
    expect(receiver.deliveries).toHaveLength(1)
  })
})

describe('an endpoint that asks for a pause', () => {
  const inAMinute = () => new Date(rig.clock.now().getTime() + 60_000)

  test.each([
    [429, 'in seconds', () => '60'],
    [503, 'as a date', () => inAMinute().toUTCString()],
  ])('with %i and Retry-After %s gets it', async (status, _form, retryAfter) => {
    await rig.tell('ann', 'a')
    receiver.answer = () => status
    receiver.headers = { 'retry-after': retryAfter() }
    await rig.deliver(endpoint)
    receiver.answer = () => 200
    const { rows } = await rig.database.db.pool.query('select due_at from billhook.outbox_queues')
    expect(rows).toEqual([{ due_at: inAMinute() }])
    rig.clock.advance(60_000)
    await rig.deliver(endpoint)
    expect(taken()).toEqual(['a', 'a'])
  })

  test('with another status does not', async () => {
    const began = rig.clock.now()
    await rig.tell('ann', 'a')
    receiver.answer = () => 500
    receiver.headers = { 'retry-after': '60' }
    await rig.deliver(endpoint)
    const { rows } = await rig.database.db.pool.query('select due_at from billhook.outbox_queues')
    expect(rows).toEqual([{ due_at: new Date(began.getTime() + 5_000) }])
  })
})

describe('a deliverer that dies', () => {
  test('after the answer and before the mark has it delivered again under the same id, and nothing is skipped', async () => {
    for (const name of ['a1', 'a2']) await rig.tell('ann', name)
    const [queue] = await claimQueues(rig.database.db.query, endpoint.name, rig.clock.now(), 1)
    const dying: Target = {
      ...{ name: endpoint.name, types: null },
      async deliver(event) {
        await endpoint.deliver(event)
        // Its process is gone: for as long as it held the claim nobody else delivers.
        await rig.deliver(endpoint)
        rig.clock.advance(60_000)
        await rig.deliver(endpoint)
      },
    }
    expect(await workQueue(rig.context(), dying, queue!)).toBe('lost')
    expect(taken()).toEqual(['a1', 'a1', 'a2'])
    expect(receiver.deliveries[0]?.event.id).toBe(receiver.deliveries[1]?.event.id)
  })

  test('marks nothing when it wakes up after all', async () => {
    await rig.tell('ann', 'a')
    const [queue] = await claimQueues(rig.database.db.query, endpoint.name, rig.clock.now(), 1)
    rig.clock.advance(60_000)
    await claimQueues(rig.database.db.query, endpoint.name, rig.clock.now(), 1)
    const delivery = await nextDelivery(rig.database.db.query, queue!)
    expect(await markDelivered(rig.database.db, queue!, delivery!, rig.clock.now())).toBe(false)
    expect(await rig.deliveries()).toEqual(['a pending 0'])
  })
})

test('a retry sends what was given up; a replay sends what was taken, and what an endpoint was not there for', async () => {
  await rig.tell('ann', 'a')
  await rig.deliver(endpoint)
  const { db } = rig.database
  expect(await retryDeliveries(db.query, { ids: null }, rig.clock.now())).toBe(0)
  await db.pool.query(`update billhook.outbox_deliveries set status = 'dead'`)
  expect(await retryDeliveries(db.query, { ids: null }, rig.clock.now())).toBe(1)
  await rig.deliver(endpoint)
  const late: Target = { name: 'handlers', types: null, deliver: async (event) => void heard.push(event.id) }
  const heard: string[] = []
  await rig.name(late)
  expect(await replayAppEvents(db.query, { ids: null, ownerId: 'ann' }, rig.clock.now())).toBe(2)
  await rig.deliver(endpoint, late)
  expect(taken()).toEqual(['a', 'a', 'a'])
  expect(heard).toEqual([receiver.deliveries[0]?.event.id])
})

test('what waits for a target that nobody delivers to any more is given up after a day', async () => {
  await rig.tell('ann', 'a')
  rig.clock.advance(25 * HOUR_MS)
  const dayAgo = new Date(rig.clock.now().getTime() - 24 * HOUR_MS)
  expect(
    await claimTargets(rig.database.db.query, [{ name: 'handlers', types: null }], rig.clock.now(), dayAgo),
  ).toEqual([endpoint.name])
  expect(await rig.deliveries()).toEqual(['a dead 0'])
  await rig.tell('ann', 'b')
  expect(await rig.deliveries()).toEqual(['a dead 0', 'b pending 0'])
})
