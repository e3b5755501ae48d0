import pino from 'pino'
import { beforeEach } from 'vitest'
import { listWeeks, partitionOf, type WeeklyTable } from '../../src/db/queries/weekly-partitions.ts'
import { standingClock } from './clock.ts'
import { useDatabase } from './database.ts'

export const NOW = new Date('2026-11-25T12:00:00Z')
export const DAY_MS = 24 * 60 * 60_000
export const NEVER = new AbortController().signal
export const onAndOn = () => Promise.resolve(true)

/** A database whose tables of weeks have no week yet, before each test, and what the retention of it warned of. */
export function useWeeks(tables: readonly WeeklyTable[]) {
  const database = useDatabase()
  const warnings: string[] = []
  const context = {
    get db() {
      return database.db
    },
    clock: standingClock(NOW),
    log: pino({ level: 'warn' }, { write: (line: string) => warnings.push(line) }),
  }
  beforeEach(async () => {
    warnings.length = 0
    for (const table of tables) {
      for (const week of await listWeeks(database.db.query, table)) {
        await database.db.pool.query(`drop table billhook.${partitionOf(table, week)}`)
      }
    }
  })
  return { database, context, warnings }
}
