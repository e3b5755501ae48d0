import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startEmbeddedPostgres } from '../packages/payments/src/db/embedded.ts'

export interface BenchDatabase {
  /** An empty database, made anew; answers its URL. */
  create(name: string): Promise<string>
  version(): Promise<string>
  stop(): Promise<void>
}

/** One PostgreSQL with its default, durable settings (fsync, synchronous_commit), for both sides of every comparison. */
export async function startDatabase(): Promise<BenchDatabase> {
  const home = await mkdtemp(join(tmpdir(), 'billhook-bench-'))
  const server = await startEmbeddedPostgres({ home })
  const admin = new pg.Client({ connectionString: server.databaseUrl('postgres') })
  await admin.connect()
  // The sync engine's migrations hand a function to this role, and stop without a word where it is not there.
  await admin.query('create role postgres')
  await useLogFiles(admin)
  return {
    create: async (name) => {
      await admin.query(`drop database if exists ${name} with (force)`)
      await admin.query(`create database ${name}`)
      return server.databaseUrl(name)
    },
    version: async () => {
      const { rows } = await admin.query<{ server_version: string }>('show server_version')
      return `PostgreSQL ${rows[0]?.server_version}`
    },
    stop: async () => {
      await admin.end()
      await server.stop()
      await rm(home, { recursive: true, force: true })
    },
  }
}

const LOG_FILES = 60

/**
 * Leaves the server as one that has run for a while: with log files (WAL) to write over. One that has just been made makes each file of
 * 16 MB when the last one is full, about once a second under the load here, and nobody's commit ends meanwhile (some 50 ms).
 */
async function useLogFiles(admin: pg.Client): Promise<void> {
  await admin.query('create table use_of_log (n int)')
  for (let n = 0; n < LOG_FILES; n++) {
    await admin.query('insert into use_of_log values ($1)', [n])
    await admin.query('select pg_switch_wal()')
  }
  await admin.query('drop table use_of_log')
  // Now they are free to be written over.
  await admin.query('checkpoint')
}
