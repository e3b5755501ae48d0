import { randomBytes } from 'node:crypto'
import type { NetConnectOpts } from 'node:net'
import { join } from 'node:path'
import pg from 'pg'
import { connect, type Database } from '../../src/db/connect.ts'

/** What is the same for every schedule: one database, emptied between two of them. */
export interface Stage {
  /** Beside the gate: for what the oracles read. */
  db: Database
  /** Which of these server processes wait for a lock: they are not busy, and go on only when somebody else does. */
  waitingForLock(processIds: readonly number[]): Promise<Set<number>>
  /** Whether the inbox has this event; null when somebody holds a lock that is in the way. */
  isStored(eventId: string, createdAt: Date): Promise<boolean | null>
  /** Where the gate finds the database. */
  address: NetConnectOpts
  /** How a replica names the database at a port of the gate. */
  urlAt(port: number): string
  /** Everything but the catalogue and the schema. Waits until no replica is connected any more. */
  empty(): Promise<void>
  close(): Promise<void>
}

const LOCK_NOT_AVAILABLE = '55P03'
const KEPT = ['installation', 'migrations', 'products', 'prices', 'plans']

/** @param template a migrated database on the same server, which is cloned */
export async function openStage(adminUrl: string, template: string, prefix: string): Promise<Stage> {
  const name = `${prefix}${randomBytes(4).toString('hex')}`
  await asAdmin(adminUrl, `create database ${name} template ${template}`)
  const databaseUrl = adminUrl.replace(/^(postgres(?:ql)?:\/\/[^/]*)\/[^?]*/, `$1/${name}`)
  const db = connect({
    databaseUrl,
    maxConnections: 4,
    connectTimeoutMs: 60_000,
    applicationName: 'the simulation',
  })
  const statements = await statementsThatEmpty(db)
  const url = new URL(databaseUrl)
  const directory = url.searchParams.get('host')

  return {
    db,
    async waitingForLock(processIds) {
      const { rows } = await db.pool.query<{ pid: number }>(
        `select pid from pg_stat_activity where pid = any($1) and wait_event_type = 'Lock'`,
        [processIds],
      )
      return new Set(rows.map(({ pid }) => pid))
    },
    isStored: (eventId, createdAt) => isStored(db, eventId, createdAt),
    address: directory
      ? { path: join(directory, `.s.PGSQL.${url.port || 5432}`) }
      : { host: url.hostname, port: Number(url.port || 5432) },
    urlAt(port) {
      const { username, password } = url
      return `postgresql://${username}${password && `:${password}`}@127.0.0.1:${port}/${name}`
    },
    async empty() {
      await untilAlone(db)
      await db.pool.query(statements)
    },
    async close() {
      await db.close()
      await asAdmin(adminUrl, `drop database if exists ${name} with (force)`)
    },
  }
}

async function isStored({ pool }: Database, eventId: string, createdAt: Date): Promise<boolean | null> {
  const client = await pool.connect()
  try {
    await client.query(`set lock_timeout = '300ms'`)
    const { rowCount } = await client.query(
      'select from billhook.events where id = $1 and stripe_created_at = $2',
      [eventId, createdAt],
    )
    return rowCount === 1
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === LOCK_NOT_AVAILABLE) return null
    throw error
  } finally {
    await client.query('reset lock_timeout')
    client.release()
  }
}

async function statementsThatEmpty(db: Database): Promise<string> {
  const { rows } = await db.pool.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'billhook' and c.relkind in ('r', 'p') and not c.relispartition and not c.relname = any($1)`,
    [KEPT],
  )
  // Not truncate, which costs a file for each table and index.
  return rows.map(({ name }) => `delete from billhook.${name};`).join('\n')
}

/** A server process whose client is gone may still end its statement. */
async function untilAlone(db: Database): Promise<void> {
  for (;;) {
    const { rows } = await db.pool.query<{ count: number }>(
      `select count(*) from pg_stat_activity where datname = current_database() and application_name = 'billhook'`,
    )
    if (rows[0]?.count === 0) return
  }
}

async function asAdmin(url: string, statement: string): Promise<void> {
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  await admin.query(statement)
  await admin.end()
}
