import { describe, expect, test } from 'vitest'
import { standingClock } from '../../tests/support/clock.ts'
import { useDatabase } from '../../tests/support/database.ts'
import { connect, type Database } from './connect.ts'
import { isConnectionLost, isDatabaseUnavailable, isUniqueViolation } from './errors.ts'

const database = useDatabase()

function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: unknown) => error,
  )
}

describe('a row that is there already', () => {
  const at = standingClock().now()
  const insert = () =>
    database.db.query
      .insertInto('customers')
      .values({ owner_id: 'twice', created_at: at, updated_at: at })
      .execute()

  test('is a unique violation of the constraint that says so', async () => {
    await insert()
    const error = await failure(insert())
    expect(isUniqueViolation(error)).toBe(true)
    expect(isUniqueViolation(error, 'customers_one_live_per_owner')).toBe(true)
    expect(isUniqueViolation(error, 'customers_pkey')).toBe(false)
    expect(isDatabaseUnavailable(error)).toBe(false)
  })
})

describe('the database is unavailable', () => {
  async function failing(
    url: string,
    work: (db: Database) => Promise<unknown>,
    connectTimeoutMs = 300,
  ): Promise<unknown> {
    const db = connect({
      databaseUrl: url,
      connectTimeoutMs,
      statementTimeoutMs: 100,
      maxConnections: 1,
    })
    try {
      return await failure(work(db))
    } finally {
      await db.close()
    }
  }
  /** What is tested comes when it is connected, however long that takes. */
  const CONNECTED = 15_000
  const ask = (db: Database) => db.pool.query('select 1')

  test.each([
    ['nobody listens on the port', 'postgresql://billhook@127.0.0.1:1/none'],
    ['nobody listens on any address of the name', 'postgresql://billhook@localhost:1/none'],
    ['its socket is not there', 'postgresql://billhook@/none?host=%2Fnowhere'],
    ['its host has no address', 'postgresql://billhook@nowhere.invalid/none'],
  ])('when %s', async (_, url) => {
    expect(isConnectionLost(await failing(url, ask))).toBe(true)
  })

  test('when it ends the connection during a query', async () => {
    const end = 'select pg_terminate_backend(pg_backend_pid())'
    const error = await failing(database.url, (db) => db.pool.query(end), CONNECTED)
    expect(isConnectionLost(error)).toBe(true)
  })

  test('when every connection of the pool stays busy', async () => {
    const error = await failing(database.url, async (db) => {
      const client = await db.pool.connect()
      try {
        return await ask(db)
      } finally {
        client.release()
      }
    })
    expect(isConnectionLost(error)).toBe(true)
  })

  test('when a statement takes too long, with the connection still there', async () => {
    const error = await failing(database.url, (db) => db.pool.query('select pg_sleep(5)'), CONNECTED)
    expect([isConnectionLost(error), isDatabaseUnavailable(error)]).toEqual([false, true])
  })
})

test.each([
  ['a deadlock', '40P01'],
  ['a lock that others hold', '55P03'],
  ['a pause within a transaction', '25P03'],
  ['a full disk', '53100'],
  ['too little memory', '53200'],
])('%s is of the database, and no fault of what was asked', async (_, code) => {
  const raised = `do $$ begin raise exception 'said by the tests' using errcode = '${code}'; end $$`
  expect(isDatabaseUnavailable(await failure(database.db.pool.query(raised)))).toBe(true)
})

test.each([
  ['a wrong query', { sql: 'select nothing from nowhere' }],
  ['a wrong value', { sql: `select 'x'::integer` }],
])('%s is not a lost connection', async (_, { sql }) => {
  expect(isDatabaseUnavailable(await failure(database.db.pool.query(sql)))).toBe(false)
})

test('a missing file of ours is not a lost connection', () => {
  const error = Object.assign(new Error('no such file'), { code: 'ENOENT', syscall: 'open' })
  expect(isConnectionLost(error)).toBe(false)
})
