import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach } from 'vitest'

export interface TestProcess {
  child: ChildProcess
  pid: number
  /** All that it has written so far. */
  output(): string
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

const running = new Set<ChildProcess>()

/** Kills what a test has started and left; what several tests share (`isShared`), after the last of them. */
export function killProcessesAfterEach(): void {
  const shared = new Set<ChildProcess>()
  afterEach(async () => {
    const left = [...running]
    running.clear()
    for (const child of left) if (isSharedProcess.has(child)) shared.add(child)
    await Promise.all(left.filter((child) => !shared.has(child)).map(kill))
  })
  afterAll(async () => {
    await Promise.all([...shared].map(kill))
  })
}

/** Resolves when it is gone: the next one may need its directory or its database. */
async function kill(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}

const isSharedProcess = new WeakSet<ChildProcess>()

/** Runs a TypeScript file of this repository under the Node that runs the test. */
export function runNode(
  file: string,
  args: string[],
  options: {
    cwd?: string
    env?: Record<string, string>
    uid?: number
    gid?: number
    /** Arguments of Node itself. */
    execArgv?: string[]
    isShared?: boolean
  } = {},
): TestProcess {
  const { env = {}, execArgv = [], isShared = false, ...others } = options
  const child = spawn(process.execPath, [...execArgv, file, ...args], {
    ...others,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  if (isShared) isSharedProcess.add(child)
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      running.delete(child)
      resolve({ code, signal })
    })
  })
  return { child, pid: child.pid ?? 0, output: () => text, exited }
}

/** Whether a process runs; a zombie does not. */
export function isRunning(pid: number): boolean {
  const status = join('/proc', String(pid), 'cmdline')
  if (existsSync('/proc/self/cmdline')) return existsSync(status) && readFileSync(status, 'utf8') !== ''
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
