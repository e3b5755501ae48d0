import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '../../src/db/connect.ts'
import { migrate } from '../../src/db/migrate.ts'

const MIGRATIONS = join(import.meta.dirname, '../../src/db/migrations')

/** Brings an empty database to where the migration with this number found it. @param number e.g. `0013` */
export async function migrateBefore(db: Database, number: string): Promise<void> {
  const before = await mkdtemp(join(tmpdir(), 'billhook-migrations-'))
  for (const name of await readdir(MIGRATIONS)) {
    if (name < number) await cp(join(MIGRATIONS, name), join(before, name))
  }
  await migrate(db, before)
  await rm(before, { recursive: true })
}
