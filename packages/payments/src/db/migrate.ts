import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'
import type { Database } from './connect.ts'
import { allowSilence } from './silence.ts'

/** The database and the code do not fit each other; `message` says what to do. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError'
}

interface Migration {
  version: number
  name: string
  sql: string
  checksum: string
}

const OUR_MIGRATIONS = join(import.meta.dirname, 'migrations')

/** Any number, the same in every release: whoever holds it changes the schema. */
const SCHEMA_LOCK = 20_261_123

/**
 * Brings the database to the newest schema and returns the names of the files applied, none when it was there already.
 *
 * Each file runs in one transaction with its row in billhook.migrations, under a transaction-level advisory lock, so that
 * replicas that start together apply it once and a crash leaves no half of it. Throws MigrationError for a database that a newer
 * release has migrated, and for a file that was edited after it was applied.
 */
export async function migrate(db: Database, directory: string = OUR_MIGRATIONS): Promise<string[]> {
  const migrations = await readMigrations(directory)
  const client = await db.pool.connect()
  try {
    if (!(await hasHistory(client))) await createHistory(client)
    const pending = findPending(migrations, await readApplied(client))
    const applied: string[] = []
    for (const migration of pending) {
      if (await apply(client, migration)) applied.push(migration.name)
    }
    return applied
  } finally {
    client.release()
  }
}

/** Names of the files that `migrate` would apply now. Throws MigrationError as `migrate` does; changes nothing. */
export async function listPendingMigrations(
  db: Database,
  directory: string = OUR_MIGRATIONS,
): Promise<string[]> {
  const migrations = await readMigrations(directory)
  const client = await db.pool.connect()
  try {
    const applied = (await hasHistory(client)) ? await readApplied(client) : []
    return findPending(migrations, applied).map((migration) => migration.name)
  } finally {
    client.release()
  }
}

/** False when another process applied it while this one waited for the lock. */
async function apply(client: pg.ClientBase, migration: Migration): Promise<boolean> {
  return await underSchemaLock(client, async () => {
    const applied = await readApplied(client)
    if (applied.some((row) => row.version === migration.version)) return false
    await client.query(migration.sql)
    await client.query('insert into billhook.migrations (version, name, checksum) values ($1, $2, $3)', [
      migration.version,
      migration.name,
      migration.checksum,
    ])
    return true
  })
}

function createHistory(client: pg.ClientBase): Promise<void> {
  return underSchemaLock(client, async () => {
    // Asked first: `create schema if not exists` wants the right to create even where it has nothing to do.
    if (!(await hasSchema(client))) await client.query('create schema billhook')
    await client.query(`create table if not exists billhook.migrations (
      version integer primary key,
      name text not null,
      checksum text not null,
      applied_at timestamptz not null default now()
    )`)
  })
}

async function underSchemaLock<T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> {
  allowSilence(client)
  await client.query('begin')
  try {
    await client.query('set local statement_timeout = 0')
    await client.query('select pg_advisory_xact_lock($1)', [SCHEMA_LOCK])
    const result = await work()
    await client.query('commit')
    return result
  } catch (error) {
    // On a broken connection there is nothing to roll back, and the first error is the one to tell.
    await client.query('rollback').catch(() => undefined)
    throw error
  }
}

function findPending(
  migrations: Migration[],
  applied: { version: number; name: string; checksum: string }[],
): Migration[] {
  for (const row of applied) {
    const file = migrations.find((migration) => migration.version === row.version)
    if (file === undefined) {
      throw new MigrationError(
        `The database is newer than this release: it has migration ${row.name}, which this release does not know. ` +
          'Start the newer release, or restore the database from before the upgrade.',
      )
    }
    if (file.checksum !== row.checksum) {
      throw new MigrationError(
        `Migration ${file.name} was changed after this database had applied it (as ${row.name}). ` +
          'Put the file back as it was and write the change as a new migration.',
      )
    }
  }
  const versions = new Set(applied.map((row) => row.version))
  return migrations.filter((migration) => !versions.has(migration.version))
}

async function hasSchema(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>(
    `select to_regnamespace('billhook') is not null as found`,
  )
  return rows[0]?.found === true
}

async function hasHistory(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>(
    `select to_regclass('billhook.migrations') is not null as found`,
  )
  return rows[0]?.found === true
}

async function readApplied(client: pg.ClientBase) {
  const { rows } = await client.query<{ version: number; name: string; checksum: string }>(
    'select version, name, checksum from billhook.migrations order by version',
  )
  return rows
}

async function readMigrations(directory: string): Promise<Migration[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort()
  return await Promise.all(
    names.map(async (name, index) => {
      const version = Number(name.slice(0, 4))
      if (version !== index + 1) {
        throw new MigrationError(
          `${name} is out of order: migrations are numbered 0001, 0002, … without a gap.`,
        )
      }
      // A checkout with Windows line ends is the same file.
      const sql = (await readFile(join(directory, name), 'utf8')).replaceAll('\r\n', '\n')
      return { version, name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}
