// Run in the copy of a mutant, as a process of its own: looks for a schedule that fails and says how many it took.
import { search } from '../search.ts'
import { withStage } from '../test-server.ts'

const [seed = '1', schedules = '200'] = process.argv.slice(2)

const { found, totals } = await withStage((stage) =>
  search(stage, {
    seed: Number(seed),
    schedules: Number(schedules),
    milliseconds: 3_600_000,
    shrinks: false,
  }),
)
process.stdout.write(`${JSON.stringify({ schedules: totals.schedules + (found ? 1 : 0), found })}\n`)
process.exit(0)
