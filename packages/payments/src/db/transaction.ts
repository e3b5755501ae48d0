import { Kysely, PostgresDialect } from 'kysely'
import type pg from 'pg'
import type { Database, Tx } from './connect.ts'
import { isPartitionChanged } from './errors.ts'
import type { Tables } from './tables.ts'

/*
 * A transaction is one connection, and what is asked over it is done in the order in which it was asked: that holds also for statements
 * that are sent before the answers to those before them (`together`). Most of what a transaction takes is waiting for answers, with its rows
 * locked; so whatever needs no answer first is sent along.
 *
 *   begin → open → `work` returned → commit          everything asked for was answered before
 *                → `work` threw    → rollback
 *   from here on closed: what is still asked is refused. It would be done outside of any transaction, or within somebody else's.
 */

/**
 * Plans are made once for all values. PostgreSQL would rather plan anew for each list of ids and for tables in parts, which takes longer than
 * running: what a transaction asks for is found by ids and owners, and what they are does not matter.
 */
const ONE_PLAN = 'set local plan_cache_mode = force_generic_plan'

/**
 * Commits what `work` did, or nothing when it throws. READ COMMITTED; whoever needs more takes row locks and says so.
 * When the connection breaks during the commit the outcome is unknown: `work` must be repeatable as a whole. It is repeated where a week
 * got its own partition while a row waited to be put among the rest.
 */
export async function inTransaction<T>(db: Database, work: (tx: Tx) => Promise<T>): Promise<T> {
  try {
    return await once(db, work)
  } catch (error) {
    if (!isPartitionChanged(error)) throw error
    return await once(db, work)
  }
}

/**
 * What these statements of one transaction answer. They are on their way already, one behind the other; this waits for all of them, so that none
 * is left behind, and throws what the first in the list that failed threw.
 */
export async function together<T extends readonly Promise<unknown>[] | []>(_tx: Tx, statements: T) {
  const settled = await Promise.allSettled(statements)
  for (const each of settled) if (each.status === 'rejected') throw each.reason
  return await Promise.all(statements)
}

async function once<T>(db: Database, work: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await db.connect()
  const { tx, close } = open(client)
  let isBroken = false
  try {
    await Promise.all([client.query('begin'), client.query(ONE_PLAN)])
    const result = await work(tx)
    close()
    const { command } = await client.query('commit')
    // PostgreSQL answers so when a statement had failed and nobody said so.
    if (command === 'ROLLBACK')
      throw new Error('A statement of the transaction failed: nothing was committed')
    return result
  } catch (error) {
    close()
    isBroken = await client.query('rollback').then(
      () => false,
      () => true,
    )
    throw error
  } finally {
    client.release(isBroken)
  }
}

/** Queries over this connection, until it is closed. What is asked in one turn of the event loop travels in one piece. */
function open(client: pg.PoolClient): { tx: Tx; close(): void } {
  let isClosed = false
  let isGathering = false
  const { stream } = client.connection
  const gather = () => {
    if (isGathering) return
    isGathering = true
    stream.cork()
    process.nextTick(() => {
      isGathering = false
      stream.uncork()
    })
  }
  const query = (text: string, values: unknown[]) => {
    if (isClosed) throw new Error(`The transaction is over: ${text}`)
    gather()
    return client.query(text, values)
  }
  const connection: pg.PoolClient = Object.create(client, {
    query: { value: query },
    release: { value: () => undefined },
  })
  const pool = { options: {}, connect: async () => connection, end: async () => undefined }
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }).withSchema('billhook')
  return {
    // What makes it one is that it goes over this connection, between `begin` and `commit`.
    tx: kysely as Tx,
    close() {
      isClosed = true
    },
  }
}
