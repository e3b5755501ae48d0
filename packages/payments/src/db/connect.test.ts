import { expect, test } from 'vitest'
import { standingClock } from '../../tests/support/clock.ts'
import { useDatabase } from '../../tests/support/database.ts'
import { connect } from './connect.ts'
import { inTransaction } from './transaction.ts'

const database = useDatabase()
const at = standingClock().now()

test('whole numbers of 64 bits and sums of them are numbers', async () => {
  const { rows } = await database.db.pool.query('select 9007199254740991::int8 as big, sum(2::int8) as sum')
  expect(rows).toEqual([{ big: 9007199254740991, sum: 2 }])
})

test('a number that a double cannot hold is refused instead of rounded', async () => {
  await expect(database.db.pool.query('select 9007199254740993::int8')).rejects.toThrow(RangeError)
})

test('timestamps are dates', async () => {
  const { rows } = await database.db.pool.query(`select timestamptz '2026-11-23T12:00:00Z' as at`)
  expect(rows).toEqual([{ at }])
})

test('queries and transactions address the tables of schema billhook', async () => {
  const ids = await inTransaction(database.db, async (tx) => {
    await tx.insertInto('customers').values({ owner_id: 'schema', created_at: at, updated_at: at }).execute()
    return await tx.selectFrom('customers').select('owner_id').where('owner_id', '=', 'schema').execute()
  })
  expect(ids).toEqual([{ owner_id: 'schema' }])
})

test('a transaction whose work throws leaves nothing', async () => {
  const broken = inTransaction(database.db, async (tx) => {
    await tx.insertInto('customers').values({ owner_id: 'gone', created_at: at, updated_at: at }).execute()
    throw new Error('stop')
  })
  await expect(broken).rejects.toThrow('stop')
  const rows = await database.db.query
    .selectFrom('customers')
    .selectAll()
    .where('owner_id', '=', 'gone')
    .execute()
  expect(rows).toEqual([])
})

test('a connection that breaks inside a transaction is reported and costs only that transaction', async () => {
  const reported: Error[] = []
  const db = connect({ databaseUrl: database.url, onIdleError: (error) => reported.push(error) })
  const broken = inTransaction(db, async (tx) => {
    const { pid } = await tx
      .selectNoFrom((eb) => eb.fn<number>('pg_backend_pid', []).as('pid'))
      .executeTakeFirstOrThrow()
    await database.db.pool.query('select pg_terminate_backend($1)', [pid])
    await expect.poll(() => reported).not.toHaveLength(0)
    await tx.selectFrom('customers').selectAll().execute()
  })
  await expect(broken).rejects.toThrow()
  expect((await db.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  await db.close()
})

test('closing twice is closing once', async () => {
  const db = connect({ databaseUrl: database.url })
  await db.pool.query('select 1')
  await Promise.all([db.close(), db.close()])
  await expect(db.pool.query('select 1')).rejects.toThrow()
})
