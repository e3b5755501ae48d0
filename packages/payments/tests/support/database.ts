import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, vi } from 'vitest'
import { connect, type Database } from '../../src/db/connect.ts'
import { urlOf } from './global-setup.ts'

export interface TestDatabase {
  /** Connected to this file's own database. */
  readonly db: Database
  /** For a process or a pool of its own. */
  readonly url: string
}

/**
 * Gives the test file (or the `describe` that calls it) a migrated database of its own (with `isEmpty` one that nobody migrated), and drops it afterwards. Fails when
 * connections to it are still open by then: something was not closed.
 */
export function useDatabase(options: { maxConnections?: number; isEmpty?: boolean } = {}): TestDatabase {
  let db: Database | null = null
  let url = ''
  let name = ''

  beforeAll(async () => {
    const server = inject('databaseServer')
    name = `${server.prefix}${randomBytes(4).toString('hex')}`
    url = urlOf(server.adminUrl, name)
    const template = options.isEmpty === true ? 'template1' : server.template
    await asAdmin((admin) => admin.query(`create database ${name} template ${template}`))
    db = connect({
      databaseUrl: url,
      maxConnections: options.maxConnections ?? 10,
      applicationName: 'the test',
      connectTimeoutMs: 15_000,
    })
  })

  afterAll(async () => {
    await db?.close()
    await asAdmin(async (admin) => {
      try {
        // Those of a process that was killed end when the server has noticed.
        await vi.waitFor(async () => expect(await listConnections(admin, name)).toEqual([]), 15_000)
      } finally {
        await admin.query(`drop database if exists ${name} with (force)`)
      }
    })
  })

  return {
    get db() {
      if (db === null) throw new Error('The database is there from beforeAll on.')
      return db
    },
    get url() {
      return url
    },
  }
}

/** Who is connected and what they last asked, so that a leak names itself. */
async function listConnections(admin: pg.Client, database: string): Promise<string[]> {
  const { rows } = await admin.query<{ open: string }>(
    `select application_name || ': ' || query as open from pg_stat_activity where datname = $1`,
    [database],
  )
  return rows.map((row) => row.open)
}

async function asAdmin<T>(work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: inject('databaseServer').adminUrl })
  await admin.connect()
  try {
    return await work(admin)
  } finally {
    await admin.end()
  }
}
