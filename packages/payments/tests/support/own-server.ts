import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { connect } from '../../src/db/connect.ts'
import { type EmbeddedPostgres, ensureDatabase, startEmbeddedPostgres } from '../../src/db/embedded.ts'
import { migrate } from '../../src/db/migrate.ts'
import { makeReachableDirectory } from './reachable-directory.ts'

export interface OwnServer {
  /** Of a migrated database; the same after a restart. */
  readonly url: string
  stop(): Promise<void>
  start(): Promise<void>
}

/** A database server that this file alone may stop and start, for tests of what happens when the database goes away. */
export function useOwnServer(): OwnServer {
  let directory = ''
  let server: EmbeddedPostgres | null = null
  let url = ''

  async function start(): Promise<void> {
    server = await startEmbeddedPostgres({ home: join(directory, 'postgres') })
    url = await ensureDatabase(server, 'billhook')
  }

  beforeAll(async () => {
    directory = await makeReachableDirectory('own')
    await start()
    const db = connect({ databaseUrl: url })
    await migrate(db)
    await db.close()
  })

  afterAll(async () => {
    await server?.stop()
    if (server !== null) await rm(server.home, { recursive: true, force: true })
    await rm(directory, { recursive: true, force: true })
  })

  return {
    get url() {
      return url
    },
    stop: async () => {
      await server?.stop()
    },
    start,
  }
}
