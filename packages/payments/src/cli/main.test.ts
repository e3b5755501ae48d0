import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { killProcessesAfterEach, runNode } from '../../tests/support/child-process.ts'
import { useDatabase } from '../../tests/support/database.ts'

const BILLHOOK = join(import.meta.dirname, '../../bin/billhook.js')
const database = useDatabase({ isEmpty: true })
killProcessesAfterEach()
vi.setConfig({ testTimeout: 60_000 })

async function billhook(args: string[], env: Record<string, string> = {}) {
  const run = runNode(BILLHOOK, args, { env })
  const { code } = await run.exited
  return { code, output: run.output() }
}

test('--help names the commands', async () => {
  const { code, output } = await billhook(['--help'])
  expect(code).toBe(0)
  expect(output).toMatch(/^ {2}dev .*^ {2}migrate /ms)
})

test.each([[['unknown']], [['migrate', '--unknown']]])('%j is a wrong command line', async (args) => {
  expect((await billhook(args)).code).toBe(2)
})

test('--env takes settings from a file; what the environment says already stands', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'billhook-env-'))
  const file = join(directory, '.env')
  await writeFile(
    file,
    `DATABASE_URL=${database.url.replace('billhook@', 'nobody@')}\nMETRICS_TOKEN=(16 characters or more)\n`,
  )
  const asked = await billhook(['--env', file, 'migrate', '--check'])
  expect(asked.output).toContain('refuses us')
  const url = { DATABASE_URL: database.url }
  expect((await billhook(['migrate', '--check', '--env', file], url)).output).toContain('is behind')
  expect(await billhook(['--env', join(directory, 'missing'), 'migrate'])).toMatchObject({
    code: 1,
    output: expect.stringMatching(/--env cannot be read: .*missing/),
  })
  await rm(directory, { recursive: true })
})

describe('billhook migrate', () => {
  test('brings the database up to date; --check only tells', async () => {
    const env = { DATABASE_URL: database.url }
    expect(await billhook(['migrate', '--check'], env)).toMatchObject({
      code: 1,
      output: expect.stringContaining('The database is behind: run `billhook migrate`'),
    })
    expect((await billhook(['migrate'], env)).output).toContain('applied 0001_customers.sql')
    expect(await billhook(['migrate', '--check'], env)).toEqual({
      code: 0,
      output: 'The database is up to date.\n',
    })
  })

  test('without DATABASE_URL it says so', async () => {
    expect(await billhook(['migrate'])).toMatchObject({
      code: 1,
      output: expect.stringContaining('DATABASE_URL is missing'),
    })
  })

  test('a database that is away is told in one line', async () => {
    const { code, output } = await billhook(['migrate'], {
      DATABASE_URL: 'postgres://billhook@127.0.0.1:1/none',
    })
    expect(code).toBe(1)
    expect(output).toMatch(/^The database cannot be reached: .*ECONNREFUSED.* Check DATABASE_URL .*\n$/)
  })
})
