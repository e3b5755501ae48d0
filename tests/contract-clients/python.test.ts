import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { useLaptop } from '../support/laptop.ts'
import { contractCode } from './contract-code.ts'

const hasPython = spawnSync('python3', ['--version']).status === 0
if (!hasPython) console.log("The contract's Python function is not run: there is no python3.")

describe.skipIf(!hasPython)("the contract's create_checkout_session in Python", () => {
  const laptop = useLaptop()
  let directory = ''

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'billhook-python-'))
    await writeFile(join(directory, 'contract.py'), contractCode.createCheckoutSession)
  })
  afterAll(() => rm(directory, { recursive: true, force: true }))

  async function callPython(
    priceId: string,
    accessToken: string,
    isolation: string[] = [],
  ): Promise<unknown> {
    const runner = join(import.meta.dirname, 'python/run.py')
    const args = [...isolation, runner, join(directory, 'contract.py'), laptop.url, priceId, accessToken]
    const { stdout } = await promisify(execFile)('python3', args)
    return JSON.parse(stdout)
  }

  test('answers the address of Checkout', async () => {
    const token = await laptop.logIn('python@example.com')
    expect(await callPython('price_demo_team_monthly', token)).toEqual({
      url: expect.stringMatching(`${laptop.sandboxUrl}/c/pay/cs_`),
    })
  })

  test('raises what the service says about a price that does not exist', async () => {
    const token = await laptop.logIn('python@example.com')
    expect(await callPython('price_unknown', token)).toEqual({ error: 'This price is not available.' })
  })

  test('does the same where `requests` is not installed', async () => {
    const token = await laptop.logIn('python@example.com')
    // -S leaves every installed package out.
    expect(await callPython('price_unknown', token, ['-S'])).toEqual({
      error: 'This price is not available.',
    })
  })
})
