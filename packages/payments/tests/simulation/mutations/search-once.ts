// Run in the copy of a mutant, as a process of its own: plays the kept cases (unless they are left out), then looks for a schedule that
// fails, and says how many it took.
import { type KeptCase, readCases } from '../kept-cases.ts'
import { runSchedule, ScheduleFailed } from '../run-schedule.ts'
import { type Found, search, WARM_UP } from '../search.ts'
import type { Stage } from '../stage.ts'
import { withStage } from '../test-server.ts'

/** What check-mutations reads. */
export interface Outcome {
  /** How many random ones were played. */
  schedules: number
  /** The name of the kept case that failed. */
  keptCase: string | null
  found: Pick<Found, 'message' | 'schedule'> | null
}

const [seed = '1', schedules = '200', which = ''] = process.argv.slice(2)

async function look(stage: Stage): Promise<Outcome> {
  const atOnce = await failureOf(stage, WARM_UP)
  if (atOnce !== null) return { schedules: 1, keptCase: null, found: { message: atOnce, schedule: WARM_UP } }
  for (const [keptCase, { schedule }] of which === 'random' ? [] : readCases()) {
    const message = await failureOf(stage, schedule)
    if (message !== null) return { schedules: 0, keptCase, found: { message, schedule } }
  }
  const { found, totals } = await search(stage, {
    seed: Number(seed),
    schedules: Number(schedules),
    milliseconds: 3_600_000,
    shrinks: false,
  })
  return { schedules: totals.schedules + (found ? 1 : 0), keptCase: null, found }
}

async function failureOf(stage: Stage, schedule: KeptCase['schedule']): Promise<string | null> {
  try {
    await runSchedule(stage, schedule)
    return null
  } catch (error) {
    if (error instanceof ScheduleFailed) return error.message
    throw error
  }
}

process.stdout.write(`${JSON.stringify(await withStage(look))}\n`)
process.exit(0)
