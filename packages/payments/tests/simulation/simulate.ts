import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { keepCase, readCases } from './kept-cases.ts'
import { runSchedule } from './run-schedule.ts'
import { type Found, search, type Totals } from './search.ts'
import { withStage } from './test-server.ts'

const USAGE = `npm run simulate -- [--hours 2] [--seed N] [--schedules N] [--case NAME]

  --hours      how long; an hour has 3600 seconds, and 0.01 is fine
  --seed       where to begin: the same seed plays the same schedules
  --schedules  how many at most
  --case       plays one kept case and prints what passed the gate
`
const EVERY_MS = 10_000

const { values } = parseArgs({
  options: {
    hours: { type: 'string', default: '0.1' },
    seed: { type: 'string' },
    schedules: { type: 'string' },
    case: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

async function simulate(): Promise<number> {
  const seed = Number(values.seed ?? randomInt(2 ** 30))
  say(`seed ${seed}`)
  const startedAt = performance.now()
  let saidAt = startedAt
  const onPlayed = (totals: Totals) => {
    if (performance.now() - saidAt < EVERY_MS) return
    saidAt = performance.now()
    say(lineOf(totals, saidAt - startedAt))
  }
  const schedules = values.schedules === undefined ? {} : { schedules: Number(values.schedules) }
  const { found, totals } = await withStage((stage) =>
    search(stage, { seed, milliseconds: Number(values.hours) * 3_600_000, onPlayed, ...schedules }),
  )
  say(lineOf(totals, performance.now() - startedAt))
  if (found === null) return 0
  report(found)
  return 1
}

function report({ seed, message, schedule, trace }: Found): void {
  say(trace.join('\n'))
  say(`\nFAILED after --seed ${seed}: ${message}`)
  say(`Kept as ${keepCase(`found by seed ${seed}`, { found: message, schedule })}`)
}

async function playCase(name: string): Promise<number> {
  const kept = readCases().find(([each]) => each === name)?.[1]
  if (!kept) throw new Error(`There is no case "${name}"`)
  return await withStage(async (stage) => {
    const failure = await runSchedule(stage, kept.schedule).then(
      () => null,
      (error: unknown) => error,
    )
    if (failure instanceof Error && 'trace' in failure && Array.isArray(failure.trace))
      say(failure.trace.join('\n'))
    say(failure === null ? 'It holds.' : String(failure))
    return failure === null ? 0 : 1
  })
}

function lineOf(totals: Totals, elapsedMs: number): string {
  const { schedules, requests, events, questions, faults, crashes } = totals
  const counts = { schedules, requests, events, questions, faults, crashes }
  const parts = Object.entries(counts).map(([name, count]) => `${count} ${name}`)
  return `${Math.round(elapsedMs / 1000)} s: ${parts.join(', ')}`
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

if (values.help) say(USAGE)
else process.exit(await (values.case === undefined ? simulate() : playCase(values.case)))
