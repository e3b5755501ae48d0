import type { ServeConfig } from '../../config.ts'
import type { Database } from '../../db/connect.ts'
import { readLatestDrift } from '../../db/queries/drift.ts'
import type { Clock } from '../../domain/clock.ts'
import { readFeedPosition } from '../../reconcile/event-feed.ts'
import type { Finding } from './finding.ts'

const LATE_MINUTES = 15

/** How far the event feed has come, and whether webhooks were missed of late. */
export async function checkFeed(db: Database, config: ServeConfig, clock: Clock): Promise<Finding[]> {
  const now = clock.now().getTime()
  const findings = await checkDrift(db, now)
  if (config.EVENT_FEED === 'off') {
    return [
      warning('it is off: an event that no webhook brings is found by the sweep or not at all'),
      ...findings,
    ]
  }
  const until = await readFeedPosition({ db })
  if (until === null) return [warning('it has never been read: `billhook serve` reads it'), ...findings]
  const lagMinutes = Math.max(0, (now / 1000 - until) / 60)
  if (lagMinutes > LATE_MINUTES) {
    const message = `it is ${Math.round(lagMinutes)} minutes behind`
    const remedy =
      'Is `billhook serve` running? Its log says why the job "event feed" fails; the key needs to read Events.'
    return [{ level: 'problem', area: 'feed', message, remedy }, ...findings]
  }
  return [{ level: 'ok', area: 'feed', message: `${Math.round(lagMinutes)} minute(s) behind` }, ...findings]
}

async function checkDrift(db: Database, now: number): Promise<Finding[]> {
  const { count, foundAt } = await readLatestDrift(db.query, new Date(now - 24 * 60 * 60_000))
  if (foundAt === null || count === 0) return []
  return [
    {
      level: 'warning',
      area: 'feed',
      message: `${count} mirror row(s) differed from Stripe within a day, and were repaired`,
      remedy:
        '`billhook drift list` says which webhooks were missed; see the deliveries of the endpoint at Stripe.',
    },
  ]
}

function warning(message: string): Finding {
  return {
    level: 'warning',
    area: 'feed',
    message,
    remedy: 'See EVENT_FEED in docs/reference/configuration.md.',
  }
}
