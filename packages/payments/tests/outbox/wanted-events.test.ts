import { beforeEach, describe, expect, test } from 'vitest'
import { lockAccess } from '../../src/db/queries/access.ts'
import { insertTransitions } from '../../src/db/queries/outbox.ts'
import { replayAppEvents, retryDeliveries } from '../../src/db/queries/outbox-log.ts'
import { listTargets } from '../../src/db/queries/outbox-targets.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import type { WantedEvents } from '../../src/domain/app-event-types.ts'
import type { AppEvent } from '../../src/domain/app-events.ts'
import type { Transition } from '../../src/domain/transitions.ts'
import { type EventHandlers, type Target, targetsOf } from '../../src/outbox/targets.ts'
import { transitionOf, useOutbox } from '../support/outbox-rig.ts'

const MINUTE_MS = 60_000
const rig = useOutbox()
const heard: string[] = []

beforeEach(() => {
  heard.length = 0
})

/** An endpoint of that filter as its process has it. */
function wanting(...types: WantedEvents[]): Target {
  const endpoint = { url: 'https://app.example/', secrets: [`whsec_${'A'.repeat(32)}`], types }
  const [target] = targetsOf({ endpoints: [endpoint] }, rig.clock)
  return { ...target!, deliver: async (event) => void heard.push(nameOf(event)) }
}

const nameOf = ({ type, data }: AppEvent) => `${type} ${(data as { price_id: string }).price_id}`

/** Something of this type happened to Ann. */
async function tell(type: 'canceled' | 'activated', name: string): Promise<void> {
  await inTransaction(rig.database.db, async (tx) => {
    await lockAccess(tx, 'ann')
    // Both types have the same shape.
    const transition = { ...transitionOf(name), type: `subscription.${type}` } as Transition
    await insertTransitions(tx, 'ann', [transition], rig.clock.now())
  })
}

async function typesInForce() {
  return (await listTargets(rig.database.db.query)).map(({ types }) => types)
}

test('only what a target wants is queued for it, in order', async () => {
  const target = wanting('subscription.canceled', 'dispute.*')
  await rig.name(target)
  await tell('activated', 'a')
  const { rows } = await rig.database.db.pool.query('select from billhook.outbox_queues')
  expect(rows).toHaveLength(0)
  await tell('canceled', 'b')
  await tell('activated', 'c')
  await tell('canceled', 'd')
  expect(await rig.deliveries()).toEqual(['b pending 0', 'd pending 0'])
  await rig.deliver(target)
  expect(heard).toEqual(['subscription.canceled b', 'subscription.canceled d'])
})

test('a replay and a retry send only what is wanted now', async () => {
  await rig.name(wanting('subscription.canceled'))
  await tell('activated', 'a')
  await tell('canceled', 'b')
  const { query, pool } = rig.database.db
  expect(await replayAppEvents(query, { ids: null, ownerId: 'ann' }, rig.clock.now())).toBe(1)
  await pool.query(`update billhook.outbox_deliveries set status = 'dead'`)
  await pool.query(`update billhook.outbox_target_types set type = 'subscription.activated'`)
  expect(await retryDeliveries(query, { ids: null }, rig.clock.now())).toBe(0)
  expect(await replayAppEvents(query, { ids: null, ownerId: 'ann' }, rig.clock.now())).toBe(1)
})

describe('when the filter changes', () => {
  test('what is wanted now holds for what is stored from then on, and a replay brings the rest', async () => {
    await rig.name(wanting('subscription.canceled'))
    await tell('activated', 'a')
    const wider = wanting('subscription.*')
    await rig.name(wider)
    await tell('activated', 'b')
    await rig.deliver(wider)
    expect(heard).toEqual(['subscription.activated b'])
    await replayAppEvents(rig.database.db.query, { ids: null, ownerId: 'ann' }, rig.clock.now())
    await rig.deliver(wider)
    expect(heard).toEqual([
      'subscription.activated b',
      'subscription.activated a',
      'subscription.activated b',
    ])
  })

  test('what waits and is wanted no more is passed over, and what comes after it goes on', async () => {
    await rig.name(wanting('*'))
    await tell('activated', 'a')
    await tell('canceled', 'b')
    const narrower = wanting('subscription.canceled')
    rig.clock.advance(5 * MINUTE_MS + 1)
    await rig.name(narrower)
    await rig.deliver(narrower)
    expect(heard).toEqual(['subscription.canceled b'])
    expect(await rig.deliveries()).toEqual(['b delivered 0'])
  })

  test('old and new processes beside each other both get theirs, until the old ones are gone for five minutes', async () => {
    const [before, after] = [wanting('subscription.canceled'), wanting('access.changed')]
    for (const target of [before, after, before, after]) {
      await rig.name(target)
      rig.clock.advance(10_000)
    }
    expect(await typesInForce()).toEqual([['access.changed', 'subscription.canceled']])
    for (let seconds = 0; seconds <= 300; seconds += 10) {
      rig.clock.advance(10_000)
      await rig.name(after)
    }
    expect(await typesInForce()).toEqual([['access.changed']])
  })

  test('a filter that is left out again wants everything', async () => {
    await rig.name(wanting('access.changed'))
    await rig.name(wanting('*'))
    expect(await typesInForce()).toEqual([null])
  })
})

describe('functions of the app', () => {
  const handling = (handlers: EventHandlers) => targetsOf({ handlers }, rig.clock)[0]!

  test('are queued what they have a function for', async () => {
    await rig.name(handling({ 'subscription.activated': () => undefined }))
    await tell('activated', 'a')
    await tell('canceled', 'b')
    expect(await rig.deliveries()).toEqual(['a pending 0'])
  })

  test('are not robbed by a process of older code that has none for it: the event waits for one that has', async () => {
    const older = handling({ 'subscription.canceled': () => undefined })
    const newer = handling({ 'subscription.activated': (event) => void heard.push(nameOf(event)) })
    await rig.name(older)
    await rig.name(newer)
    await tell('activated', 'a')
    await rig.deliver(older)
    expect(await rig.deliveries()).toEqual(['a pending 1'])
    rig.clock.advance(5_000)
    await rig.deliver(newer)
    expect(heard).toEqual(['subscription.activated a'])
  })
})
