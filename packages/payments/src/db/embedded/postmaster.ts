import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readCommandLine } from './process-table.ts'

const FAST_SHUTDOWN_MS = 15_000
const IMMEDIATE_SHUTDOWN_MS = 5_000
const POLL_MS = 10

interface Postmaster {
  pid: number
  isReady: boolean
}

/** What PostgreSQL wrote into postmaster.pid; null where no server runs or ran. */
export async function readPostmaster(data: string): Promise<Postmaster | null> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')
  const lines = text.split('\n')
  const pid = Number(lines[0])
  return Number.isInteger(pid) && pid > 0 ? { pid, isReady: lines[7]?.trim() === 'ready' } : null
}

/**
 * After a parent that was killed: its server may still run on this data. It is stopped, so that the new one runs under the new
 * parent and with the new settings. A pid file without its server is left to PostgreSQL, which checks it, unless the
 * pid now belongs to another program of the same user, which PostgreSQL would take for a server.
 */
export async function stopLeftover(data: string): Promise<void> {
  const leftover = await readPostmaster(data)
  if (leftover === null) return
  const command = await readCommandLine(leftover.pid)
  if (command === null) return
  if (command.includes(data)) await stopPostmaster(leftover.pid)
  else await rm(join(data, 'postmaster.pid'), { force: true })
}

/** Ends a server: connections are cut and everything is written (fast shutdown); only one that does not obey is killed. */
export async function stopPostmaster(pid: number): Promise<void> {
  for (const [signal, patienceMs] of [
    ['SIGINT', FAST_SHUTDOWN_MS],
    ['SIGQUIT', IMMEDIATE_SHUTDOWN_MS],
    ['SIGKILL', IMMEDIATE_SHUTDOWN_MS],
  ] as const) {
    if (!send(pid, signal)) return
    if (await isGoneWithin(pid, patienceMs)) return
  }
  throw new Error(`PostgreSQL (process ${pid}) does not end.`)
}

function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}

async function isGoneWithin(pid: number, patienceMs: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += POLL_MS) {
    if ((await readCommandLine(pid)) === null) return true
    await sleep(POLL_MS)
  }
  return false
}
