import { expect, test } from 'vitest'
import { useDatabase } from '../../tests/support/database.ts'
import { migrateBefore } from '../../tests/support/migrate-before.ts'
import { migrate } from './migrate.ts'

const database = useDatabase({ isEmpty: true })

test('what the outbox held before it had weeks is there afterwards, each event in its own', async () => {
  const { db } = database
  await migrateBefore(db, '0013')
  await db.pool.query(`
    insert into billhook.outbox (owner_id, type, dedupe_key, payload, occurred_at) values
      ('ann', 'subscription.renewed', 'renewed', '{"n": 1}', '2025-03-03T00:00:00Z'),
      ('ann', 'payment.failed', 'failed', '{"n": 2}', '2025-03-09T23:59:59.999Z'),
      ('bob', 'subscription.canceled', 'canceled', '{"n": 3}', '2025-03-10T00:00:00Z');
    insert into billhook.outbox_targets (name, claimed_at) values ('handlers', '2026-01-01T00:00:00Z');
    insert into billhook.outbox_deliveries (target, outbox_id, owner_id, status, attempts, last_error, created_at, finished_at) values
      ('handlers', 1, 'ann', 'delivered', 0, null, '2025-03-03T00:00:00Z', '2025-03-03T00:00:01Z'),
      ('handlers', 2, 'ann', 'dead', 23, 'no', '2025-03-09T23:59:59Z', '2025-03-12T00:00:00Z'),
      ('handlers', 3, 'bob', 'pending', 1, 'no', '2026-01-01T00:00:00Z', null)`)

  await migrate(db)
  const { rows } = await db.pool.query(`
    select o.id, o.owner_id as owner, o.payload, o.tableoid::regclass::text as event, d.tableoid::regclass::text as delivery,
      d.status, d.attempts
    from billhook.outbox o join billhook.outbox_deliveries d on d.outbox_id = o.id and d.occurred_at = o.occurred_at order by o.id`)
  const [third, tenth] = ['20250303', '20250310'].map((week) => ({
    event: `outbox_${week}`,
    delivery: `outbox_deliveries_${week}`,
  }))
  expect(rows).toEqual([
    { id: 1, owner: 'ann', payload: { n: 1 }, ...third, status: 'delivered', attempts: 0 },
    { id: 2, owner: 'ann', payload: { n: 2 }, ...third, status: 'dead', attempts: 23 },
    { id: 3, owner: 'bob', payload: { n: 3 }, ...tenth, status: 'pending', attempts: 1 },
  ])
  const keys = await db.pool.query(
    'select dedupe_key as key, told_at as at from billhook.outbox_keys order by 1',
  )
  expect(keys.rows).toEqual([
    { key: 'canceled', at: new Date('2025-03-10T00:00:00Z') },
    { key: 'failed', at: null },
    { key: 'renewed', at: new Date('2025-03-03T00:00:00Z') },
  ])
  const types = await db.pool.query('select target, type from billhook.outbox_target_types')
  expect(types.rows).toEqual([{ target: 'handlers', type: '*' }])
  const next = await db.pool.query(`select nextval('billhook.outbox_ids') as id`)
  expect(next.rows).toEqual([{ id: 4 }])
})
