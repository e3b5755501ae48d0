import { beforeEach, expect, test, vi } from 'vitest'
import { lockAccess } from '../../src/db/queries/access.ts'
import { insertTransitions } from '../../src/db/queries/outbox.ts'
import { findAppEvent, listAppEvents, replayAppEvents } from '../../src/db/queries/outbox-log.ts'
import { DELIVERIES, OUTBOX } from '../../src/db/queries/outbox-partitions.ts'
import { claimQueues, finishQueue, markDelivered, nextDelivery } from '../../src/db/queries/outbox-queues.ts'
import { claimTargets } from '../../src/db/queries/outbox-targets.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import type { Transition } from '../../src/domain/transitions.ts'
import { addComingOutboxWeeks, dropOldOutboxWeeks, forgetOldKeys } from '../../src/jobs/outbox-retention.ts'
import { transitionOf } from '../support/outbox-rig.ts'
import { DAY_MS, NEVER, NOW, onAndOn, useWeeks } from '../support/weeks-rig.ts'

const { database, context, warnings } = useWeeks([OUTBOX, DELIVERIES])

beforeEach(async () => {
  const { query, pool } = database.db
  await pool.query(
    'truncate billhook.outbox, billhook.outbox_keys, billhook.outbox_deliveries, billhook.outbox_queues, billhook.outbox_targets, billhook.outbox_target_types',
  )
  await claimTargets(query, [{ name: 'handlers', types: null }], NOW, new Date(0))
})

function daysAgo(days: number): Date {
  return new Date(NOW.getTime() - days * DAY_MS)
}

/** Stores it as a sync of that day does; false when it was told before. */
async function tell(transition: Transition, days: number): Promise<boolean> {
  const stored = await inTransaction(database.db, async (tx) => {
    await lockAccess(tx, 'ann')
    return await insertTransitions(tx, 'ann', [transition], daysAgo(days))
  })
  return stored.length === 1
}

/** Delivers all that waits, and counts it. */
async function deliverAll(): Promise<number> {
  const { db } = database
  const [queue] = await claimQueues(db.query, 'handlers', NOW, 1)
  if (!queue) return 0
  for (let count = 0; ; count++) {
    const delivery = await nextDelivery(db.query, queue)
    if (!delivery) {
      await finishQueue(db, queue, NOW)
      return count
    }
    expect(await markDelivered(db, queue, delivery, NOW)).toBe(true)
  }
}

/** `name partition-of-the-event partition-of-the-delivery`. */
async function stored(): Promise<string[]> {
  const { rows } = await database.db.pool.query<{ line: string }>(
    `select replace(concat_ws(' ', o.payload ->> 'price_id', o.tableoid::regclass, d.tableoid::regclass), 'billhook.', '') as line
     from billhook.outbox o left join billhook.outbox_deliveries d on d.outbox_id = o.id order by o.id`,
  )
  return rows.map(({ line }) => line)
}

const drop = (outboxDays: number) => dropOldOutboxWeeks(context, { outboxDays }, onAndOn, NEVER)
const forget = (outboxDays: number) => forgetOldKeys(context, { outboxDays }, onAndOn)

test('an old week goes with all that became of its events', async () => {
  await addComingOutboxWeeks(context, NEVER)
  await tell(transitionOf('new'), 0)
  await tell(transitionOf('old'), 7)
  expect(await deliverAll()).toBe(2)
  expect(await stored()).toEqual([
    'new outbox_20261123 outbox_deliveries_20261123',
    'old outbox_20261116 outbox_deliveries_20261116',
  ])
  await drop(2.4)
  expect(await stored()).toEqual(['new outbox_20261123 outbox_deliveries_20261123'])
  const { rows } = await database.db.pool.query('select from billhook.outbox_deliveries')
  expect(rows).toHaveLength(1)
  expect(warnings).toEqual([])
})

test('a week of which one event waits is kept whole, and named', async () => {
  await addComingOutboxWeeks(context, NEVER)
  await tell(transitionOf('taken'), 7)
  await deliverAll()
  await tell(transitionOf('waits'), 7)
  await drop(2.4)
  expect(await stored()).toHaveLength(2)
  expect(warnings.map((line) => JSON.parse(line))).toMatchObject([{ week: '20261116', pending: 1 }])
  await deliverAll()
  await drop(2.4)
  expect(await stored()).toEqual([])
})

test('what was given up goes with its week, and the log says how many', async () => {
  await addComingOutboxWeeks(context, NEVER)
  await tell(transitionOf('dead'), 7)
  await database.db.query.updateTable('outbox_deliveries').set({ status: 'dead' }).execute()
  await drop(2.4)
  expect(await stored()).toEqual([])
  expect(warnings.map((line) => JSON.parse(line))).toMatchObject([{ week: '20261116', dead: 1 }])
})

test('an old event that is replayed keeps its week until it was taken', async () => {
  await addComingOutboxWeeks(context, NEVER)
  await tell(transitionOf('old'), 7)
  await deliverAll()
  expect(await replayAppEvents(database.db.query, { ids: null }, NOW)).toBe(1)
  await drop(2.4)
  expect(await stored()).toEqual(['old outbox_20261116 outbox_deliveries_20261116'])
  expect(await deliverAll()).toBe(1)
  await drop(2.4)
  expect(await stored()).toEqual([])
})

test('a fact is told once, also in another week, and after its event was dropped', async () => {
  await addComingOutboxWeeks(context, NEVER)
  expect(await tell(transitionOf('once'), 7)).toBe(true)
  expect(await tell(transitionOf('once'), 0)).toBe(false)
  await deliverAll()
  await drop(2.4)
  expect(await tell(transitionOf('once'), 0)).toBe(false)
  expect(await stored()).toEqual([])
})

test('a fact that a batch finds twice is told once', async () => {
  const facts = ['a', 'b', 'a'].map(transitionOf)
  const told = await inTransaction(database.db, (tx) => insertTransitions(tx, 'ann', facts, NOW))
  expect(told.map(({ dedupeKey }) => dedupeKey)).toEqual([
    'subscription.canceled:a',
    'subscription.canceled:b',
  ])
  expect((await stored()).map((line) => line.split(' ')[0])).toEqual(['a', 'b'])
})

test('that it was told is forgotten by age, but never of what every sync finds again', async () => {
  const lasting: Transition = {
    type: 'duplicate_subscription.detected',
    dedupeKey: 'duplicate_subscription.detected:sub_1,sub_2',
    payload: { subscription_ids: ['sub_1', 'sub_2'] },
  }
  await tell(lasting, 4_000)
  await tell(transitionOf('old'), 40)
  await tell(transitionOf('young'), 34)
  await forget(35)
  const keys = await database.db.query
    .selectFrom('outbox_keys')
    .select('dedupe_key')
    .orderBy('dedupe_key')
    .execute()
  expect(keys.map(({ dedupe_key }) => dedupe_key)).toEqual([lasting.dedupeKey, 'subscription.canceled:young'])
  expect(await tell(lasting, 0)).toBe(false)
})

test('what lies in no week is found, delivered, and deleted by its age, unless it waits', async () => {
  await addComingOutboxWeeks(context, NEVER)
  await tell(transitionOf('ancient'), 400)
  const [event] = await listAppEvents(database.db.query, { limit: 10 })
  expect(event?.deliveries).toMatchObject([{ target: 'handlers', status: 'pending' }])
  await drop(35)
  expect(await stored()).toEqual(['ancient outbox_other outbox_deliveries_other'])
  expect(await deliverAll()).toBe(1)
  await drop(35)
  expect(await findAppEvent(database.db.query, event?.id ?? 0)).toBeNull()
  expect((await database.db.pool.query('select from billhook.outbox_deliveries')).rows).toEqual([])
})

test('what lies in no week is not deleted while it is being replayed', async () => {
  await addComingOutboxWeeks(context, NEVER)
  await tell(transitionOf('ancient'), 400)
  await deliverAll()
  let dropping: Promise<void> | undefined
  await inTransaction(database.db, async (tx) => {
    await replayAppEvents(tx, { ids: null }, NOW)
    dropping = drop(35)
    await untilSomebodyWaits()
  })
  await dropping
  expect(await stored()).toEqual(['ancient outbox_other outbox_deliveries_other'])
  expect(await deliverAll()).toBe(1)
})

test('what is told while its week gets a partition is told once, and lies there', async () => {
  let isChanging = true
  let told = 0
  const tellOn = async () => {
    for (let number = 0; isChanging || number < 20; number++) {
      if (await tell(transitionOf(`fact ${number}`), 0)) told++
      await deliverAll()
    }
  }
  const change = async () => {
    try {
      await addComingOutboxWeeks(context, NEVER)
      await drop(35)
    } finally {
      isChanging = false
    }
  }
  await Promise.all([change(), tellOn()])
  const lines = await stored()
  expect(lines).toHaveLength(told)
  expect(lines.every((line) => line.endsWith(' outbox_20261123 outbox_deliveries_20261123'))).toBe(true)
})

async function untilSomebodyWaits(): Promise<void> {
  await vi.waitFor(async () => {
    const { rows } = await database.db.pool.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
    expect(rows).toHaveLength(1)
  })
}
