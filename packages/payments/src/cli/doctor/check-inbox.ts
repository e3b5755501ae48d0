import type { Database } from '../../db/connect.ts'
import { readInboxFigures } from '../../db/queries/events.ts'
import type { Clock } from '../../domain/clock.ts'
import type { Finding } from './finding.ts'

const LATE_MINUTES = 10

/** Whether events are worked off, and whether any were given up. */
export async function checkInbox(db: Database, clock: Clock): Promise<Finding[]> {
  const { pending, oldestReceivedAt, dead } = await readInboxFigures(db.query)
  const findings: Finding[] = []
  if (dead > 0) {
    findings.push({
      level: 'problem',
      area: 'inbox',
      message: `${dead} event(s) kept failing and were given up`,
      remedy:
        '`billhook events list --status dead` says why; mend the cause, then `billhook events retry --dead`.',
    })
  }
  const ageMinutes =
    oldestReceivedAt === null ? 0 : (clock.now().getTime() - oldestReceivedAt.getTime()) / 60_000
  if (ageMinutes > LATE_MINUTES) {
    findings.push({
      level: 'problem',
      area: 'inbox',
      message: `${pending} event(s) wait, the oldest for ${Math.round(ageMinutes)} minutes`,
      remedy: 'Is `billhook serve` running? Its log says why events are retried.',
    })
  }
  if (findings.length > 0) return findings
  return [{ level: 'ok', area: 'inbox', message: `${pending} event(s) wait, none was given up` }]
}
