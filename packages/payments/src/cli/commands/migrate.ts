import type { Command } from 'commander'
import { readDatabaseUrl } from '../../config.ts'
import { connect } from '../../db/connect.ts'
import { listPendingMigrations, migrate } from '../../db/migrate.ts'
import { OperatorError } from '../explain-failure.ts'

export function define(command: Command): void {
  command
    .option('--check', 'change nothing; fail when the database is behind')
    .action(({ check }: { check?: true }) => (check ? checkSchema() : migrateNow()))
}

async function migrateNow(): Promise<void> {
  const applied = await withDatabase(migrate)
  for (const name of applied) process.stdout.write(`applied ${name}\n`)
  process.stdout.write('The database is up to date.\n')
}

async function checkSchema(): Promise<void> {
  const pending = await withDatabase(listPendingMigrations)
  if (pending.length > 0) {
    throw new OperatorError(`The database is behind: run \`billhook migrate\` (${pending.join(', ')}).`)
  }
  process.stdout.write('The database is up to date.\n')
}

async function withDatabase<T>(work: (db: ReturnType<typeof connect>) => Promise<T>): Promise<T> {
  const db = connect({
    databaseUrl: readDatabaseUrl(),
    maxConnections: 1,
    applicationName: 'billhook migrate',
  })
  try {
    return await work(db)
  } finally {
    await db.close()
  }
}
