import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { withNamedStatements } from './named-statements.ts'
import { endAfterSilence, endSilentConnections } from './silence.ts'
import type { Tables } from './tables.ts'

export interface Database {
  /** Queries through Kysely; every table is in schema `billhook`. */
  query: Kysely<Tables>
  /** For the few hot paths that want a named prepared statement. */
  pool: pg.Pool
  /** A connection of one's own, to be released. Its frequent statements get names, as those of `query` do. */
  connect(): Promise<pg.PoolClient>
  /** Waits for the queries under way. Repeatable. */
  close(): Promise<void>
}

export type Executor = Kysely<Tables>
declare const isOpen: unique symbol
/** An open transaction (`inTransaction`), handed to query functions. A query function takes `Executor` when it works in both. */
export type Tx = Executor & { readonly [isOpen]: true }

export interface ConnectOptions {
  /** `postgresql://…`; a unix socket is named as `postgresql://user@localhost/database?host=%2Fdirectory`. */
  databaseUrl: string
  maxConnections?: number
  applicationName?: string
  /** Waiting for a connection, a free one in the pool included. Beyond it the query fails as a lost connection does. */
  connectTimeoutMs?: number | undefined
  /** The server ends what takes longer; when it says nothing either, the connection is taken for lost some seconds later. */
  statementTimeoutMs?: number
  /** Told about each connection that breaks while no query runs on it: the server restarted, the network went away. */
  onIdleError?: (error: Error) => void
}

/**
 * A pool that survives its server: connections that break are dropped and replaced when the next query comes, and no
 * error of theirs ends the process. Nothing is connected until the first query.
 */
export function connect(options: ConnectOptions): Database {
  const { onIdleError = () => undefined, statementTimeoutMs = 30_000, connectTimeoutMs = 3_000 } = options
  const pool = new pg.Pool({
    connectionString: options.databaseUrl,
    max: options.maxConnections ?? 10,
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    // Statements of one transaction need not wait for each other's answers (`together`).
    pipeline: true,
    application_name: options.applicationName ?? 'billhook',
    types: { getTypeParser },
    // Not as start-up parameters: poolers such as PgBouncer refuse those.
    onConnect: async (client) => {
      endAfterSilence(client, connectTimeoutMs)
      await client.query(
        `set statement_timeout = ${statementTimeoutMs}; set idle_in_transaction_session_timeout = 60000`,
      )
    },
  })
  // The pool listens only to clients that lie in it. One that breaks between two queries of a transaction would end the
  // process, so each client has a listener of its own; the pool's would report the same error a second time.
  pool.on('connect', (client) => client.on('error', onIdleError))
  pool.on('error', () => undefined)
  endSilentConnections(pool, statementTimeoutMs)

  const connectNamed = withNamedStatements(pool)
  const named = { options: pool.options, connect: connectNamed, end: () => pool.end() }
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: named }) })
  // Not `kysely.destroy()`, which leaves a pool open that was only used without Kysely.
  let closing: Promise<void> | null = null
  const close = () => (closing ??= closePool(pool))
  return { query: kysely.withSchema('billhook'), pool, connect: connectNamed, close }
}

/** `end` answers when the connections are told to end; a server that stops at that moment would still cut them off. */
async function closePool(pool: pg.Pool): Promise<void> {
  let open = pool.totalCount
  const allGone = new Promise<void>((resolve) => {
    if (open === 0) return resolve()
    const outOfPatience = setTimeout(resolve, CLOSE_PATIENCE_MS)
    pool.on('remove', () => {
      open -= 1
      if (open > 0) return
      clearTimeout(outOfPatience)
      resolve()
    })
  })
  await pool.end()
  await allGone
}

/** What waits for an answer, for as long as it may, learns so that the host is there. */
const KEEP_ALIVE_AFTER_MS = 10_000

/** A connection to a host that has vanished takes minutes to end, and has nothing to say. */
const CLOSE_PATIENCE_MS = 1_000

const INT8 = 20
const NUMERIC = 1700

/** `pg` gives int8 and numeric (the type of a sum of int8) as strings. Ours are whole numbers that a double holds. */
function getTypeParser(oid: number, format?: 'text' | 'binary') {
  if (oid === INT8 || oid === NUMERIC) return parseWholeNumber
  return format === undefined ? pg.types.getTypeParser(oid) : pg.types.getTypeParser(oid, format)
}

function parseWholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value))
    throw new RangeError(`${text} from the database is not a safe whole number`)
  return value
}
