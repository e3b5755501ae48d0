import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { Tx } from '../../src/db/connect.ts'
import { lockAccess } from '../../src/db/queries/access.ts'
import { insertTransitions } from '../../src/db/queries/outbox.ts'
import { replayAppEvents, retryDeliveries } from '../../src/db/queries/outbox-log.ts'
import { claimTargets, listTargets } from '../../src/db/queries/outbox-targets.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import type { Transition } from '../../src/domain/transitions.ts'
import type { Target } from '../../src/outbox/targets.ts'
import { transitionOf, useOutbox } from '../support/outbox-rig.ts'

const MANY = 600
const rig = useOutbox()
const deliver = async () => undefined
const handlers: Target = { name: 'handlers', types: null, deliver }
const everything = { ids: null }

beforeEach(() => rig.name(handlers))

describe('while a delivery is being marked', () => {
  test.each([
    ['a replay', () => replayAppEvents(rig.database.db.query, everything, rig.clock.now())],
    ['a retry', async () => retryDeliveries(rig.database.db.query, { ids: await allIds() }, rig.clock.now())],
  ])('%s waits for it, and neither stops the other', async (_what, sendAgain) => {
    for (const owner of ['ann', 'bob']) await rig.tell(owner, owner)
    let sent: Promise<number> | undefined
    await inTransaction(rig.database.db, async (tx) => {
      await lockQueue(tx, 'ann')
      sent = sendAgain()
      await untilSomebodyWaits()
      await tx.updateTable('outbox_deliveries').set({ attempts: 1 }).where('owner_id', '=', 'ann').execute()
    })
    expect(await sent).toBe(2)
    expect(await rig.deliveries()).toEqual(['ann pending 0', 'bob pending 0'])
  })

  test('a retry leaves alone what was taken meanwhile', async () => {
    for (const owner of ['ann', 'bob']) await rig.tell(owner, owner)
    const ids = await allIds()
    let sent: Promise<number> | undefined
    await inTransaction(rig.database.db, async (tx) => {
      await lockQueue(tx, 'ann')
      sent = retryDeliveries(rig.database.db.query, { ids }, rig.clock.now())
      await untilSomebodyWaits()
      const taken = { status: 'delivered', finished_at: rig.clock.now() } as const
      await tx.updateTable('outbox_deliveries').set(taken).where('owner_id', '=', 'ann').execute()
      await tx.deleteFrom('outbox_queues').where('owner_id', '=', 'ann').execute()
    })
    expect(await sent).toBe(1)
    expect(await rig.deliveries()).toEqual(['ann delivered 0', 'bob pending 0'])
  })

  test('its target is not forgotten before that is done', async () => {
    for (const owner of ['ann', 'bob']) await rig.tell(owner, owner)
    const forget = () => claimTargets(rig.database.db.query, [], rig.clock.now(), new Date('2100-01-01'))
    await inTransaction(rig.database.db, async (tx) => {
      await lockQueue(tx, 'ann')
      expect(await forget()).toEqual([])
      await tx.updateTable('outbox_deliveries').set({ attempts: 1 }).where('owner_id', '=', 'ann').execute()
    })
    expect(await forget()).toEqual(['handlers'])
    expect(await rig.deliveries()).toEqual(['ann dead 1', 'bob dead 0'])
    expect(await listTargets(rig.database.db.query)).toEqual([])
  })
})

test('a replay beside a transaction that tells several owners stops neither', async () => {
  const some: Target = { name: 'an endpoint', types: ['duplicate_subscription.detected'], deliver }
  await rig.name(some)
  await inTransaction(rig.database.db, async (tx) => {
    for (const owner of ['ann', 'bob']) await tellOf(tx, owner, duplicateOf(owner))
  })
  await rig.deliver(handlers, some)
  let sent: Promise<number> | undefined
  await inTransaction(rig.database.db, async (tx) => {
    await tellOf(tx, 'ann', transitionOf('for the handlers only'))
    sent = replayAppEvents(rig.database.db.query, everything, rig.clock.now())
    await untilSomebodyWaits()
    await tellOf(tx, 'bob', duplicateOf('bob again'))
  })
  expect(await sent).toBe(4)
})

describe('of many events', () => {
  beforeEach(async () => {
    await rig.name({ name: 'https://a.example/', types: null, deliver })
    await inTransaction(rig.database.db, async (tx) => {
      const many = Array.from({ length: MANY }, (_, index) => transitionOf(`event ${index}`))
      await insertTransitions(tx, 'ann', many, rig.clock.now())
      await tellOf(tx, 'zoe', transitionOf('the last one'))
    })
  })

  test('those that were found first are sent again before the last are', async () => {
    await markAll('dead')
    let sent: Promise<number> | undefined
    await inTransaction(rig.database.db, async (tx) => {
      await lockQueue(tx, 'zoe')
      sent = retryDeliveries(rig.database.db.query, everything, rig.clock.now())
      await vi.waitFor(async () => expect(await countPending()).toBeGreaterThanOrEqual(MANY))
    })
    expect(await sent).toBe(2 * MANY + 2)
    await markAll('delivered')
    await inTransaction(rig.database.db, async (tx) => {
      await lockQueue(tx, 'zoe')
      sent = replayAppEvents(rig.database.db.query, everything, rig.clock.now())
      await vi.waitFor(async () => expect(await countPending()).toBeGreaterThanOrEqual(MANY))
    })
    expect(await sent).toBe(2 * MANY + 2)
    expect(await countPending()).toBe(2 * MANY + 2)
  })

  test('all are given up when their target is forgotten, however many owners they have', async () => {
    await rig.database.db.pool.query(
      `insert into billhook.outbox_queues (target, owner_id, due_at, token) select 'handlers', n, now(), 0 from generate_series(1, ${MANY}) n`,
    )
    await claimTargets(rig.database.db.query, [], rig.clock.now(), new Date('2100-01-01'))
    expect(await countPending()).toBe(0)
    expect((await rig.database.db.pool.query('select from billhook.outbox_queues')).rows).toEqual([])
  })
})

/** As a worker does: his queue first, then what waits in it. */
async function lockQueue(tx: Tx, ownerId: string): Promise<void> {
  await tx
    .selectFrom('outbox_queues')
    .select('token')
    .where('owner_id', '=', ownerId)
    .orderBy('target')
    .forUpdate()
    .execute()
}

async function tellOf(tx: Tx, ownerId: string, transition: Transition): Promise<void> {
  await lockAccess(tx, ownerId)
  await insertTransitions(tx, ownerId, [transition], rig.clock.now())
}

function duplicateOf(name: string): Transition {
  const type = 'duplicate_subscription.detected'
  return { type, dedupeKey: `${type}:${name}`, payload: { subscription_ids: [name] } }
}

async function untilSomebodyWaits(): Promise<void> {
  await vi.waitFor(async () => {
    const { rows } = await rig.database.db.pool.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
    expect(rows).toHaveLength(1)
  })
}

async function allIds(): Promise<number[]> {
  const rows = await rig.database.db.query.selectFrom('outbox').select('id').orderBy('id').execute()
  return rows.map(({ id }) => id)
}

async function markAll(status: 'dead' | 'delivered'): Promise<void> {
  await rig.database.db.query.updateTable('outbox_deliveries').set({ status }).execute()
}

async function countPending(): Promise<number> {
  const { rows } = await rig.database.db.pool.query(
    `select from billhook.outbox_deliveries where status = 'pending'`,
  )
  return rows.length
}
