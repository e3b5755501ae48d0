import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { connect, type Database } from '../../src/db/connect.ts'
import { isConnectionLost } from '../../src/db/errors.ts'
import { migrate } from '../../src/db/migrate.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import { useDatabase } from '../support/database.ts'
import { type DatabaseProxy, startDatabaseProxy } from '../support/database-proxy.ts'

const database = useDatabase()
let proxy: DatabaseProxy
let db: Database

beforeEach(async () => {
  proxy = await startDatabaseProxy(database.url)
  db = connectedTo(proxy.url)
  onTestFinished(async () => {
    await proxy.close()
    await db.close()
  })
})

/** One connection only: whatever comes next could use none but the dead one. */
function connectedTo(databaseUrl: string): Database {
  return connect({ databaseUrl, maxConnections: 1, statementTimeoutMs: 500, connectTimeoutMs: 2_000 })
}

function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: unknown) => error,
  )
}

const one = sql<{ one: number }>`select 1 as one`

describe.each([
  ['a query', () => db.pool.query('select 1')],
  ['a query of Kysely', () => one.execute(db.query)],
  [
    'a transaction',
    () =>
      inTransaction(db, async (tx) => {
        await one.execute(tx)
        proxy.freeze()
        await one.execute(tx)
      }),
  ],
])('the host of the database vanishes: %s', (name, ask) => {
  test('ends as one does whose connection is lost, and the next goes over another connection', async () => {
    await db.pool.query('select 1')
    if (name !== 'a transaction') proxy.freeze()
    expect(isConnectionLost(await failureOf(ask()))).toBe(true)
    expect((await one.execute(db.query)).rows).toEqual([{ one: 1 }])
  }, 20_000)
})

test('a host that vanishes before the connection is ready costs as long as connecting may take', async () => {
  proxy.freezeAt('set statement_timeout')
  expect(isConnectionLost(await failureOf(db.pool.query('select 1')))).toBe(true)
  proxy.freezeAt('no such thing')
  expect((await one.execute(db.query)).rows).toEqual([{ one: 1 }])
}, 20_000)

test('a migration may be silent for as long as it wants', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'billhook-migrations-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  await writeFile(join(directory, '0001_slow.sql'), 'select pg_sleep(7)')
  await database.db.pool.query('drop schema billhook cascade')
  expect(await migrate(db, directory)).toEqual(['0001_slow.sql'])
  expect((await one.execute(db.query)).rows).toEqual([{ one: 1 }])
}, 30_000)
