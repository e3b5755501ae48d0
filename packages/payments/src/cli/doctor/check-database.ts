import type { Database } from '../../db/connect.ts'
import { isDatabaseUnavailable, isRefused } from '../../db/errors.ts'
import { listPendingMigrations, MigrationError } from '../../db/migrate.ts'
import { readInstallation } from '../../db/queries/installation.ts'
import type { Finding } from './finding.ts'

/** Whether the database can be reached, is at the newest schema, and belongs to the mode of the key. */
export async function checkDatabase(db: Database, isLive: boolean): Promise<Finding[]> {
  try {
    const pending = await listPendingMigrations(db)
    if (pending.length > 0) {
      return [problem(`the schema is behind by ${pending.length} migration(s)`, 'Run `billhook migrate`.')]
    }
    const { livemode } = await readInstallation(db.query)
    if (livemode !== null && livemode !== isLive) {
      const [theirs, ours] = livemode ? ['live', 'test'] : ['test', 'live']
      return [
        problem(
          `it holds ${theirs} data, and the Stripe key is a ${ours} key`,
          `Use another database (DATABASE_URL) for ${ours} mode, or the ${theirs} key.`,
        ),
      ]
    }
    return [{ level: 'ok', area: 'database', message: 'reachable, and at the newest schema' }]
  } catch (error) {
    if (error instanceof MigrationError) return [problem(error.message, 'See the message.')]
    if (isRefused(error)) return [problem(`refuses us: ${error.message}`, 'Check DATABASE_URL.')]
    if (!isDatabaseUnavailable(error)) throw error
    return [problem('cannot be reached', 'Check DATABASE_URL and that the server runs.')]
  }
}

function problem(message: string, remedy: string): Finding {
  return { level: 'problem', area: 'database', message, remedy }
}
