import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { startEmbeddedPostgres } from '../../../src/db/embedded.ts'
import { withMutant } from './mutate.ts'
import { MUTATIONS, type Mutation } from './mutations.ts'
import type { Outcome } from './search-once.ts'

const run = promisify(execFile)

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    /** How many schedules a mutant gets. */
    schedules: { type: 'string', default: '200' },
    /** Leaves out the kept cases. */
    random: { type: 'boolean', default: false },
    /** Prints each schedule that found one, to standard error. */
    verbose: { type: 'boolean', default: false },
  },
})

/** Takes away each safeguard (or those that are named) and prints after how many schedules that was found. 1 when one never was. */
async function checkMutations(): Promise<number> {
  const wanted = MUTATIONS.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
  const server = await startEmbeddedPostgres({ throwaway: true })
  let missed = 0
  try {
    say('| without | found after | as |')
    say('| --- | --- | --- |')
    for (const mutation of wanted) {
      const outcome = await look(mutation, server.databaseUrl('postgres'))
      const { found } = outcome
      if (!found) missed++
      if (found && values.verbose) process.stderr.write(`${JSON.stringify(found.schedule)}\n`)
      say(`| ${mutation.name} | ${foundAfter(outcome)} | ${found?.message ?? ''} |`)
    }
  } finally {
    await server.stop()
  }
  return missed === 0 ? 0 : 1
}

function foundAfter({ schedules, keptCase, found }: Outcome): string {
  if (keptCase !== null) return `“${keptCase}”`
  return found ? String(schedules) : `not in ${schedules}`
}

async function look(mutation: Mutation, databaseUrl: string): Promise<Outcome> {
  return await withMutant(mutation, async (directory) => {
    const script = join(directory, 'tests/simulation/mutations/search-once.ts')
    const { stdout } = await run(
      process.execPath,
      [script, values.seed, values.schedules, values.random ? 'random' : ''],
      {
        env: { ...process.env, DATABASE_URL: databaseUrl },
        maxBuffer: 1e9,
      },
    )
    // Printed by search-once.
    return JSON.parse(stdout) as Outcome
  })
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

process.exit(await checkMutations())
