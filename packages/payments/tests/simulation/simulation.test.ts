import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { readCases } from './kept-cases.ts'
import { runSchedule } from './run-schedule.ts'
import { search, WARM_UP } from './search.ts'
import { openStage, type Stage } from './stage.ts'

/** How long to look; nothing is expected of how many schedules that is. */
const SEARCH_MS = Number(process.env.SIMULATION_SECONDS ?? 40) * 1000
/** The same schedules in every run, so that a change that breaks one is the change that fails. `npm run simulate` looks further. */
const SEED = 1
const SCHEDULES = 25

let stage: Stage

beforeAll(async () => {
  const { adminUrl, template, prefix } = inject('databaseServer')
  stage = await openStage(adminUrl, template, prefix)
  await runSchedule(stage, WARM_UP)
})

afterAll(() => stage.close())

test.each(readCases())(
  '%s',
  async (_name, { schedule }) => {
    await runSchedule(stage, schedule)
  },
  60_000,
)

test('whatever happens, in whatever order, everything converges and nothing is done twice', async () => {
  const { found, totals } = await search(stage, { seed: SEED, schedules: SCHEDULES, milliseconds: SEARCH_MS })
  const problem =
    found && `${found.message}\n\n--seed ${found.seed}\n${JSON.stringify(found.schedule, null, 1)}`
  expect(problem, problem ?? '').toBeNull()
  expect(totals.schedules).toBeGreaterThan(0)
}, 300_000)
