import type { Database, Tx } from './connect.ts'
import { isPartitionChanged } from './errors.ts'

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

function once<T>(db: Database, work: (tx: Tx) => Promise<T>): Promise<T> {
  return db.query.transaction().execute(work)
}
