import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { useDatabase } from '../../tests/support/database.ts'
import { connect } from './connect.ts'
import { listPendingMigrations, migrate } from './migrate.ts'

const database = useDatabase({ isEmpty: true })
const ours = join(import.meta.dirname, 'migrations')
let directory = ''

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'billhook-migrations-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

beforeEach(async () => {
  await rm(directory, { recursive: true, force: true })
  await cp(ours, directory, { recursive: true })
  await database.db.pool.query('drop schema if exists billhook cascade')
})

function names(): Promise<string[]> {
  return readdir(ours).then((files) => files.sort())
}

test('an empty database gets every migration, in order', async () => {
  expect(await migrate(database.db)).toEqual(await names())
})

test('a second run has nothing to do', async () => {
  await migrate(database.db)
  expect(await migrate(database.db)).toEqual([])
})

test('twenty that start together apply each migration once', async () => {
  const databases = Array.from({ length: 20 }, () =>
    connect({ databaseUrl: database.url, maxConnections: 1 }),
  )
  const applied = await Promise.all(databases.map((db) => migrate(db)))
  await Promise.all(databases.map((db) => db.close()))
  expect(applied.flat().sort()).toEqual(await names())
})

test('a newer release adds its migrations to what is there', async () => {
  await migrate(database.db, directory)
  const next = `${String((await names()).length + 1).padStart(4, '0')}_next.sql`
  await writeFile(join(directory, next), 'create table billhook.next (id integer);')
  expect(await listPendingMigrations(database.db, directory)).toEqual([next])
  expect(await migrate(database.db, directory)).toEqual([next])
})

test('a migration that fails leaves nothing of itself, and what came before it stays', async () => {
  const next = `${String((await names()).length + 1).padStart(4, '0')}_next.sql`
  await writeFile(join(directory, next), 'create table billhook.next (id integer); select 1/0;')
  await expect(migrate(database.db, directory)).rejects.toThrow('division by zero')
  const { rows } = await database.db.pool.query(`select to_regclass('billhook.next') as next`)
  expect(rows).toEqual([{ next: null }])
  expect(await listPendingMigrations(database.db, directory)).toEqual([next])
})

test('a database that a newer release has migrated is refused', async () => {
  await migrate(database.db)
  await database.db.pool.query(
    `insert into billhook.migrations (version, name, checksum) values (9999, '9999_future.sql', 'x')`,
  )
  await expect(migrate(database.db)).rejects.toThrow('The database is newer than this release')
})

test('a migration that was edited after it was applied is refused', async () => {
  await migrate(database.db, directory)
  await writeFile(join(directory, '0001_customers.sql'), '-- changed')
  await expect(migrate(database.db, directory)).rejects.toThrow('0001_customers.sql was changed')
})

test('line ends of Windows are no edit', async () => {
  await migrate(database.db, directory)
  const file = join(directory, '0001_customers.sql')
  await writeFile(file, (await readFile(file, 'utf8')).replaceAll('\n', '\r\n'))
  expect(await migrate(database.db, directory)).toEqual([])
})

test('a gap in the numbers is refused', async () => {
  await rm(join(directory, '0002_catalogue.sql'))
  await expect(migrate(database.db, directory)).rejects.toThrow('without a gap')
})

test('a user who may not create schemas migrates where the schema is already', async () => {
  const role = `limited_${database.url.match(/test_(\w+)/)?.[1] ?? ''}`
  const { pool } = database.db
  await pool.query(`create role ${role}; create schema billhook authorization ${role}`)
  const db = connect({ databaseUrl: database.url, maxConnections: 1 })
  await db.pool.query(`set role ${role}`)
  expect(await migrate(db)).toEqual(await names())
  await db.close()
  await pool.query(`drop owned by ${role}; drop role ${role}`)
})
