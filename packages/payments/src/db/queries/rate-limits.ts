import type { Database } from '../connect.ts'

/** Removes counters whose minute is over. The limiter's table is its library's: `expire` is in milliseconds since 1970. */
export async function pruneRateLimits(db: Database, now: Date): Promise<number> {
  const { rowCount } = await db.pool.query('delete from billhook.rate_limits where expire < $1', [
    now.getTime(),
  ])
  return rowCount ?? 0
}
