import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, vi } from 'vitest'
import { watchedChild } from '../../../stripe-sandbox/tests/support/conformance.ts'
import { readCommandLine } from '../../src/db/embedded/process-table.ts'
import { runNode, type TestProcess } from '../support/child-process.ts'

const BILLHOOK = join(import.meta.dirname, '../../bin/billhook.js')

export interface LaptopProcess extends TestProcess {
  url: string
  sandboxUrl: string
  readySeconds: number
}

/** `billhook dev` as a process of its own, on any free ports. */
export function runDev(
  dataDir: string,
  options: { env?: Record<string, string>; isShared?: boolean; args?: string[] } = {},
): TestProcess {
  const { env = {}, isShared = false, args = [] } = options
  const watched = watchedChild()
  return runNode(BILLHOOK, ['dev', ...args], {
    isShared,
    execArgv: watched.execArgv,
    env: { PORT: '0', SANDBOX_PORT: '0', BILLHOOK_DATA_DIR: dataDir, ...watched.env, ...env },
  })
}

/** The same, once it says that it is ready. */
export async function startDev(
  dataDir: string,
  options: { env?: Record<string, string>; isShared?: boolean; args?: string[] } = {},
): Promise<LaptopProcess> {
  const process = runDev(dataDir, options)
  const ready = vi.waitFor(() => expect(process.output()).toContain('Ctrl-C ends all of it;'), 45_000)
  const ended = process.exited.then(() => Promise.reject(new Error(`It ended:\n${process.output()}`)))
  await Promise.race([ready, ended])
  ended.catch(() => undefined)
  const [, readySeconds] = /Ready in ([\d.]+) s/.exec(process.output()) ?? []
  const [, url = ''] = /Shop +(\S+)/.exec(process.output()) ?? []
  const [, sandboxUrl = ''] = /Stripe +(http\S+)/.exec(process.output()) ?? []
  return { ...process, url, sandboxUrl, readySeconds: Number(readySeconds) }
}

export async function logIn(url: string, email: string): Promise<string> {
  const response = await fetch(`${url}/demo/login`, { method: 'POST', body: JSON.stringify({ email }) })
  const { access_token: token } = (await response.json()) as { access_token: string }
  return token
}

/** Command lines of running processes that name the directory: the database, its watchdog, whatever else was left. */
export async function processesOn(directory: string): Promise<string[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0)
  const commands = await Promise.all(pids.map(readCommandLine))
  return commands.filter((command) => command?.includes(directory) === true).map(String)
}
