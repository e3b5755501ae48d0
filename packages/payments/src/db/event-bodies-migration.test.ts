import { expect, test } from 'vitest'
import { useDatabase } from '../../tests/support/database.ts'
import { migrateBefore } from '../../tests/support/migrate-before.ts'
import { migrate } from './migrate.ts'
import { readEventPayload } from './queries/event-log.ts'
import { insertEvents } from './queries/events.ts'

const database = useDatabase({ isEmpty: true })

test('an event stored before bodies had a table keeps its own, and new bodies lie in the weeks that events had', async () => {
  const { db } = database
  await migrateBefore(db, '0016')
  await db.pool.query(`
    create table billhook.events_20250303 partition of billhook.events
      for values from ('2025-03-03T00:00:00Z') to ('2025-03-10T00:00:00Z')`)
  await db.pool.query(`
    insert into billhook.events (id, type, group_key, doorbells, livemode, stripe_created_at, received_at, payload, status)
    values ('evt_before', 'invoice.paid', 'cus_1', '[]', false, '2025-03-04T00:00:00Z', '2025-03-04T00:00:00Z', '{"is": "old"}', 'ignored')`)

  await migrate(db)
  const created = new Date('2025-03-09T23:59:59Z')
  await insertEvents(db, [
    {
      ...{ id: 'evt_after', type: 'invoice.paid', groupKey: 'cus_1', doorbells: [], apiVersion: null },
      ...{ livemode: false, stripeCreatedAt: created, receivedAt: created, ignoredBecause: null },
      payload: Buffer.from('{"is": "new"}'),
    },
  ])
  expect(await readEventPayload(db.query, 'evt_before')).toBe('{"is": "old"}')
  expect(await readEventPayload(db.query, 'evt_after')).toBe('{"is": "new"}')
  const { rows } = await db.pool.query('select tableoid::regclass::text as week from billhook.event_bodies')
  expect(rows).toEqual([{ week: 'event_bodies_20250303' }])
})
