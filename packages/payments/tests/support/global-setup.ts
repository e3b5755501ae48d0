import { randomBytes } from 'node:crypto'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { connect } from '../../src/db/connect.ts'
import { startEmbeddedPostgres } from '../../src/db/embedded.ts'
import { migrate } from '../../src/db/migrate.ts'

declare module 'vitest' {
  interface ProvidedContext {
    databaseServer: DatabaseServer
  }
}

export interface DatabaseServer {
  /** A database on the server from which others can be made and dropped. */
  adminUrl: string
  /** The migrated database that every file's own is cloned from. */
  template: string
  /** First part of the names of the clones. */
  prefix: string
}

const FAMILY = 'billhook_test_'

/**
 * One server for the whole run: DATABASE_URL where it is set, else an embedded one that is gone afterwards. On a server
 * that stays, each run has a name and holds a lock under it, so that the next run can tell what a killed one left and drop it.
 */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.DATABASE_URL
  const embedded = given === undefined ? await startEmbeddedPostgres({ throwaway: true }) : null
  const adminUrl = given ?? embedded?.databaseUrl('postgres') ?? ''
  const run = randomBytes(4).toString('hex')
  const server = { adminUrl, template: `${FAMILY}${run}_template`, prefix: `${FAMILY}${run}_` }

  const admin = new pg.Client({ connectionString: adminUrl })
  await admin.connect()
  await admin.query('select pg_advisory_lock(hashtext($1))', [run])
  await dropDeadRuns(admin)

  await admin.query(`create database ${server.template}`)
  const template = connect({ databaseUrl: urlOf(adminUrl, server.template), maxConnections: 1 })
  await migrate(template)
  await template.close()
  project.provide('databaseServer', server)

  return async () => {
    await dropRun(admin, run)
    await admin.end()
    await embedded?.stop()
  }
}

/** The same server, another database. */
export function urlOf(adminUrl: string, database: string): string {
  return adminUrl.replace(/^(postgres(?:ql)?:\/\/[^/]*)\/[^?]*/, `$1/${database}`)
}

async function dropDeadRuns(admin: pg.Client): Promise<void> {
  const names = await listDatabases(admin, FAMILY)
  for (const run of new Set(names.map((name) => name.split('_')[2] ?? ''))) {
    const { rows } = await admin.query<{ is_dead: boolean }>(
      'select pg_try_advisory_lock(hashtext($1)) as is_dead',
      [run],
    )
    if (rows[0]?.is_dead !== true) continue
    await dropRun(admin, run)
    await admin.query('select pg_advisory_unlock(hashtext($1))', [run])
  }
}

async function dropRun(admin: pg.Client, run: string): Promise<void> {
  for (const name of await listDatabases(admin, `${FAMILY}${run}_`)) {
    await admin.query(`drop database if exists ${name} with (force)`)
  }
}

async function listDatabases(admin: pg.Client, prefix: string): Promise<string[]> {
  const { rows } = await admin.query<{ datname: string }>(
    'select datname from pg_database where starts_with(datname, $1)',
    [prefix],
  )
  return rows.map((row) => row.datname)
}
