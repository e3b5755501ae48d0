import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, vi } from 'vitest'
import { runNode, type TestProcess } from '../../packages/payments/tests/support/child-process.ts'
import { makeReachableDirectory } from '../../packages/payments/tests/support/reachable-directory.ts'
import { watchedChild } from '../../packages/stripe-sandbox/tests/support/conformance.ts'

export interface Laptop {
  /** Origin of the shop and the API. */
  readonly url: string
  readonly sandboxUrl: string
  /** An access token of the demo's login. Every email is an owner of its own. */
  logIn(email: string): Promise<string>
}

const COMMAND = join(import.meta.dirname, '../../packages/payments/bin/billhook.js')

/** Runs `billhook dev`, as `npm start` does, on free ports and data of this file's own, and ends it afterwards. */
export function useLaptop(): Laptop {
  let directory = ''
  let dev: TestProcess | null = null
  let url = ''
  let sandboxUrl = ''

  beforeAll(async () => {
    directory = await makeReachableDirectory('laptop')
    const watched = watchedChild()
    const running = runNode(COMMAND, ['dev'], {
      execArgv: watched.execArgv,
      env: { PORT: '0', SANDBOX_PORT: '0', BILLHOOK_DATA_DIR: directory, ...watched.env },
    })
    dev = running
    const ready = vi.waitFor(() => expect(running.output()).toContain('Ctrl-C ends all of it'), 45_000)
    const ended = running.exited.then(({ code }) => {
      throw new Error(`billhook dev ended with ${code}:\n${running.output()}`)
    })
    await Promise.race([ready, ended])
    url = addressAfter('Shop', running.output())
    sandboxUrl = addressAfter('Local Stripe', running.output())
    // The catalogue is mirrored in the background; nothing can be bought before.
    await vi.waitFor(async () => expect(await listPlans(url)).not.toEqual([]), 10_000)
  })

  afterAll(async () => {
    dev?.child.kill('SIGTERM')
    await dev?.exited
    await rm(directory, { recursive: true, force: true })
  })

  return {
    get url() {
      return url
    },
    get sandboxUrl() {
      return sandboxUrl
    },
    async logIn(email) {
      const response = await fetch(`${url}/demo/login`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ email }),
      })
      const answer = (await response.json()) as { access_token: string }
      return answer.access_token
    },
  }
}

async function listPlans(url: string): Promise<unknown> {
  const response = await fetch(`${url}/payments/get-plans`)
  return await response.json()
}

function addressAfter(label: string, output: string): string {
  const address = new RegExp(`^ *${label} +(http://\\S+)`, 'm').exec(output)?.[1]
  if (address === undefined) throw new Error(`billhook dev names no address of ${label}:\n${output}`)
  return address
}
