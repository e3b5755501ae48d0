import { readDatabaseUrl } from '../../config.ts'
import { connect, type Database } from '../../db/connect.ts'

/** For commands that touch nothing but the database: they work while Stripe, or the service, does not. */
export async function withDatabase<T>(work: (db: Database) => Promise<T>): Promise<T> {
  const db = connect({
    databaseUrl: readDatabaseUrl(),
    maxConnections: 1,
    applicationName: 'billhook operations',
  })
  try {
    return await work(db)
  } finally {
    await db.close()
  }
}
