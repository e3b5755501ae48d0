import { beforeEach, expect, test } from 'vitest'
import { insertDrift, listDrift } from '../../src/db/queries/drift.ts'
import { BODIES, EVENTS } from '../../src/db/queries/event-partitions.ts'
import { insertEvents, type NewEvent } from '../../src/db/queries/events.ts'
import { addWeeks, listWeeks, weekOf } from '../../src/db/queries/weekly-partitions.ts'
import { addComingWeeks, dropOldWeeks, forgetOldDrift } from '../../src/jobs/inbox-retention.ts'
import { DAY_MS, NEVER, NOW, onAndOn, useWeeks } from '../support/weeks-rig.ts'

const { database, context, warnings } = useWeeks([EVENTS, BODIES])

beforeEach(async () => {
  await database.db.pool.query('truncate billhook.events, billhook.event_bodies')
})

function eventOf(id: string, daysAgo: number, more: Partial<NewEvent> = {}): NewEvent {
  const created = new Date(NOW.getTime() - daysAgo * DAY_MS)
  return {
    ...{ id, type: 'invoice.paid', groupKey: 'cus_1', doorbells: [], apiVersion: null, livemode: false },
    ...{
      stripeCreatedAt: created,
      receivedAt: created,
      payload: Buffer.from('{}'),
      ignoredBecause: 'a test',
    },
    ...more,
  }
}

async function stored(): Promise<Record<string, string>> {
  const { rows } = await database.db.pool.query<{ id: string; partition: string }>(
    'select id, tableoid::regclass::text as partition from billhook.events order by 1',
  )
  return Object.fromEntries(rows.map(({ id, partition }) => [id, partition.replace('billhook.', '')]))
}

async function bodies(): Promise<Record<string, string>> {
  const { rows } = await database.db.pool.query<{ id: string; partition: string }>(
    'select id, tableoid::regclass::text as partition from billhook.event_bodies order by 1',
  )
  return Object.fromEntries(rows.map(({ id, partition }) => [id, partition.replace('billhook.', '')]))
}

const drop = (eventDays: number) => dropOldWeeks(context, { eventDays }, onAndOn, NEVER)

test('a week goes from Monday to Monday in UTC', () => {
  expect(weekOf(new Date('2026-11-23T00:00:00Z')).name).toBe('20261123')
  expect(weekOf(new Date('2026-11-22T23:59:59.999Z')).name).toBe('20261116')
  expect(weekOf(NOW)).toEqual({
    name: '20261123',
    from: new Date('2026-11-23T00:00:00Z'),
    until: new Date('2026-11-30T00:00:00Z'),
  })
})

test('of events of three weeks only the old ones are dropped', async () => {
  await addComingWeeks(context, NEVER)
  await insertEvents(database.db, [eventOf('evt_now', 0), eventOf('evt_week', 7), eventOf('evt_old', 21)])
  expect(await stored()).toEqual({
    evt_now: 'events_20261123',
    evt_week: 'events_20261116',
    evt_old: 'events_20261102',
  })
  await drop(14)
  expect(Object.keys(await stored())).toEqual(['evt_now', 'evt_week'])
})

test('bodies lie in the same weeks as their events, and go with them', async () => {
  await addComingWeeks(context, NEVER)
  await insertEvents(database.db, [
    eventOf('evt_now', 0),
    eventOf('evt_old', 21),
    eventOf('evt_ancient', 400),
  ])
  expect(await bodies()).toEqual({
    evt_now: 'event_bodies_20261123',
    evt_old: 'event_bodies_20261102',
    evt_ancient: 'event_bodies_other',
  })
  await drop(14)
  expect(Object.keys(await bodies())).toEqual(['evt_now'])
})

test('weeks that a replica added for the events alone are added for bodies', async () => {
  await addComingWeeks(context, NEVER)
  const all = (await listWeeks(database.db.query, BODIES)).map(({ name }) => name)
  await database.db.pool.query('drop table billhook.event_bodies_20261221')
  await addComingWeeks(context, NEVER)
  expect((await listWeeks(database.db.query, BODIES)).map(({ name }) => name)).toEqual(all)
})

test('bodies without events go as well: those of a replica that knew only the events', async () => {
  await addComingWeeks(context, NEVER)
  await insertEvents(database.db, [
    eventOf('evt_now', 0),
    eventOf('evt_old', 21),
    eventOf('evt_ancient', 400),
  ])
  await database.db.pool.query(
    "drop table billhook.events_20261102; delete from billhook.events where id = 'evt_ancient'",
  )
  await drop(14)
  expect(Object.keys(await bodies())).toEqual(['evt_now'])
})

test('a week of which one day is young enough stays', async () => {
  await addComingWeeks(context, NEVER)
  await insertEvents(database.db, [eventOf('evt_monday', 16)])
  await drop(9.6)
  expect(Object.keys(await stored())).toEqual(['evt_monday'])
  await drop(9.4)
  expect(await stored()).toEqual({})
})

test('what lies in no week is deleted by its age, unless it waits', async () => {
  await insertEvents(database.db, [
    eventOf('evt_ancient', 400),
    eventOf('evt_waits', 400, { ignoredBecause: null }),
    eventOf('evt_from_a_test_clock', -400),
  ])
  await addComingWeeks(context, NEVER)
  await drop(35)
  expect(Object.keys(await stored())).toEqual(['evt_from_a_test_clock', 'evt_waits'])
})

test.each(['pending', 'dead'] as const)('a week with a %s event is kept, and named', async (status) => {
  await addComingWeeks(context, NEVER)
  await insertEvents(database.db, [eventOf('evt_settled', 21), eventOf('evt_open', 21)])
  await database.db.query.updateTable('events').set({ status }).where('id', '=', 'evt_open').execute()
  await drop(14)
  expect(Object.keys(await stored())).toEqual(['evt_open', 'evt_settled'])
  expect(warnings.map((line) => JSON.parse(line))).toMatchObject([{ week: '20261102', unsettled: 1 }])

  await database.db.query.updateTable('events').set({ status: 'ignored' }).execute()
  await drop(14)
  expect(await stored()).toEqual({})
})

test('an event is stored once, also when its week gets its partition in between', async () => {
  const event = eventOf('evt_twice', 1)
  expect([...(await insertEvents(database.db, [event, event]))]).toEqual(['evt_twice'])
  await addWeeks(database.db, [EVENTS, BODIES], [weekOf(event.stripeCreatedAt)])
  expect(await stored()).toEqual({ evt_twice: 'events_20261123' })
  expect(await bodies()).toEqual({ evt_twice: 'event_bodies_20261123' })
  expect([...(await insertEvents(database.db, [event]))]).toEqual([])
})

test('events stored while weeks are added and dropped are all there', async () => {
  await addWeeks(database.db, [EVENTS, BODIES], [weekOf(new Date(NOW.getTime() - 70 * DAY_MS))])
  let isChanging = true
  const sent: string[] = []
  const deliver = async (lane: number) => {
    for (let number = 0; isChanging || number < 20; number++) {
      const events = [0, 7, 14].map((daysAgo) => eventOf(`evt_${lane}_${number}_${daysAgo}`, daysAgo))
      expect((await insertEvents(database.db, events)).size).toBe(3)
      sent.push(...events.map(({ id }) => id))
    }
  }
  const change = async () => {
    try {
      await addComingWeeks(context, NEVER)
      await drop(35)
    } finally {
      isChanging = false
    }
  }
  await Promise.all([change(), deliver(1), deliver(2), deliver(3)])
  expect(new Set(Object.keys(await stored()))).toEqual(new Set(sent))
  expect(Object.keys(await bodies())).toEqual(Object.keys(await stored()))
  expect(Object.values(await stored())).not.toContain('events_other')
})

test('who reads the inbox for long delays the drop, not the deliveries', async () => {
  await addComingWeeks(context, NEVER)
  await insertEvents(database.db, [eventOf('evt_old', 21)])
  const reader = await database.db.pool.connect()
  await reader.query('begin')
  await reader.query('select from billhook.events limit 1')
  const dropping = drop(14)
  try {
    // From now on who writes queues behind it, until it gives up for a moment.
    await expect.poll(howManyWait, { interval: 10 }).toBe(1)
    expect((await insertEvents(database.db, [eventOf('evt_new', 0)])).size).toBe(1)
  } finally {
    await reader.query('commit')
    reader.release()
    await dropping
  }
  expect(Object.keys(await stored())).toEqual(['evt_new'])
})

async function howManyWait(): Promise<number> {
  const { rows } = await database.db.pool.query(
    "select from pg_locks where relation = 'billhook.events'::regclass and not granted",
  )
  return rows.length
}

test('records of drift are forgotten when they are as old as the events that were missed', async () => {
  const record = (resource_id: string, daysAgo: number) => {
    const found_at = new Date(NOW.getTime() - daysAgo * DAY_MS)
    return {
      ...{ resource: 'invoice', resource_id, owner_id: 'ann', fields: [] },
      ...{ since: found_at, event_id: null, event_type: null, found_by: 'sweep' as const, found_at },
    }
  }
  await insertDrift(database.db.query, [record('in_old', 91), record('in_young', 89)])
  await forgetOldDrift(context, { eventDays: 90 }, onAndOn)
  expect(await listDrift(database.db.query, { limit: 10 })).toMatchObject([{ resource_id: 'in_young' }])
})
