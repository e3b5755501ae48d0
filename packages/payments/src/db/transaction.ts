import type { Database, Tx } from './connect.ts'

/**
 * Commits what `work` did, or nothing when it throws. READ COMMITTED; whoever needs more takes row locks and says so.
 * When the connection breaks during the commit the outcome is unknown: `work` must be repeatable as a whole.
 */
export function inTransaction<T>(db: Database, work: (tx: Tx) => Promise<T>): Promise<T> {
  return db.query.transaction().execute(work)
}
