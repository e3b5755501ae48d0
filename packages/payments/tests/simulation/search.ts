import fc from 'fast-check'
import { schedule } from './random-schedules.ts'
import { type Played, runSchedule, ScheduleFailed } from './run-schedule.ts'
import type { Schedule } from './schedule.ts'
import type { Stage } from './stage.ts'

export interface Totals extends Played {
  schedules: number
}

export interface Found {
  /** Finds it again at once. */
  seed: number
  message: string
  schedule: Schedule
  trace: readonly string[]
}

export interface SearchOptions {
  seed: number
  /** No further schedule begins afterwards. */
  milliseconds: number
  /** No further schedule begins after so many. */
  schedules?: number
  /** Whether what fails is made smaller. Default true. */
  shrinks?: boolean
  onPlayed?(totals: Totals): void
}

/** The catalogue is mirrored once, before everything else: no schedule depends on the one before. */
export const WARM_UP: Schedule = { replicas: 1, moves: [], deliveries: [], disturbances: [] }
/** Schedules of one seed; the next ones have the next. */
const BATCH = 10
const SHRINK_MS = 60_000

/** Plays random schedules until one fails, and makes that one as small as it gets. Found is null when none does. */
export async function search(
  stage: Stage,
  options: SearchOptions,
): Promise<{ found: Found | null; totals: Totals }> {
  const { schedules = Number.POSITIVE_INFINITY, onPlayed = () => undefined } = options
  const totals = { schedules: 0, questions: 0, events: 0, crashes: 0, requests: 0, faults: 0 }
  await runSchedule(stage, WARM_UP)
  const untilMs = performance.now() + options.milliseconds
  const isOver = () => performance.now() > untilMs || totals.schedules >= schedules
  for (let seed = options.seed; !isOver(); seed++) {
    const smallest = await searchBatch(
      stage,
      { seed, shrinks: options.shrinks ?? true, isOver },
      (played) => {
        add(totals, played)
        onPlayed(totals)
      },
    )
    if (smallest) return { found: { seed, ...smallest }, totals }
  }
  return { found: null, totals }
}

async function searchBatch(
  stage: Stage,
  { seed, shrinks, isOver }: { seed: number; shrinks: boolean; isOver: () => boolean },
  onPlayed: (played: Played) => void,
): Promise<Omit<Found, 'seed'> | null> {
  // Each failure while shrinking is of a smaller schedule than the one before.
  const failures: Omit<Found, 'seed'>[] = []
  let shrinkUntilMs = 0
  const property = fc.asyncProperty(schedule, async (each) => {
    // What is not played any more holds, which ends the search and the shrinking alike.
    if (failures.length === 0 ? isOver() : performance.now() > shrinkUntilMs) return
    try {
      const played = await runSchedule(stage, each)
      if (failures.length === 0) onPlayed(played)
    } catch (error) {
      if (!(error instanceof ScheduleFailed)) throw error
      if (failures.length === 0) shrinkUntilMs = performance.now() + SHRINK_MS
      failures.push({ message: error.message, schedule: each, trace: error.trace })
      throw error
    }
  })
  const details = await fc.check(property, {
    ...{ seed, numRuns: BATCH, endOnFailure: !shrinks },
  })
  if (details.failed && failures.length === 0) throw details.errorInstance ?? new Error('Nothing was played')
  return failures.at(-1) ?? null
}

function add(totals: Totals, played: Played): void {
  totals.schedules++
  totals.questions += played.questions
  totals.events += played.events
  totals.crashes += played.crashes
  totals.requests += played.requests
  totals.faults += played.faults
}
