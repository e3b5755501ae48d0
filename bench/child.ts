import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

const REPOSITORY = resolve(import.meta.dirname, '..')

export interface ServerProcess {
  port: number
  /** Resident memory in MB (Linux); NaN elsewhere. */
  residentMb(): number
  /** Processor time used so far, user and system, in milliseconds (Linux); NaN elsewhere. */
  cpuMs(): number
  stop(): Promise<void>
}

/** Starts a file of this repository as a server and waits until it is ready. */
export async function startServer(options: {
  file: string
  args: string[]
  env?: Record<string, string>
  /** Finds the port in what the server prints, null as long as it is not ready; or the port, whose /readyz is asked until it says yes. */
  ready: number | ((output: string) => number | null)
}): Promise<ServerProcess> {
  const child = spawn(process.execPath, [resolve(REPOSITORY, options.file), ...options.args], {
    env: { PATH: process.env.PATH, ...options.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  // A bench that fails leaves nothing running.
  process.once('exit', () => child.kill('SIGKILL'))
  const { ready } = options
  const port = await (typeof ready === 'number' ? waitForReadyz(child, ready) : waitUntilReady(child, ready))
  return { port, residentMb: () => residentMb(child), cpuMs: () => cpuMs(child), stop: () => stop(child) }
}

/** Runs a TypeScript file of this repository and waits for its end; throws when it fails. */
export async function runToEnd(file: string, args: string[], env: Record<string, string>): Promise<void> {
  const child = spawn(process.execPath, [resolve(REPOSITORY, file), ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const code = await new Promise((done) => child.once('exit', done))
  if (code !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${code}`)
}

/** The same, and answers what it printed. */
export async function runForOutput(file: string, args: string[]): Promise<string> {
  const child = spawn(process.execPath, [resolve(REPOSITORY, file), ...args], {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk
  })
  const code = await new Promise((done) => child.once('close', done))
  if (code !== 0) throw new Error(`${file} ended with ${code}:\n${output}`)
  return output
}

function waitUntilReady(child: ChildProcess, ready: (output: string) => number | null): Promise<number> {
  return new Promise((done, failed) => {
    let output = ''
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
      const port = ready(output)
      if (port !== null) done(port)
    })
    child.once('exit', (code) => failed(new Error(`the server ended with ${code}:\n${output}`)))
  })
}

/** A quiet server prints nothing when it is ready. */
async function waitForReadyz(child: ChildProcess, port: number): Promise<number> {
  child.stdout?.resume()
  while (child.exitCode === null) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null)
    if (answer?.ok) return port
    await wait(50)
  }
  throw new Error(`the server ended with ${child.exitCode}`)
}

function residentMb(child: ChildProcess): number {
  if (process.platform !== 'linux') return Number.NaN
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))
  return Number(line?.[1]) / 1024
}

function cpuMs(child: ChildProcess): number {
  if (process.platform !== 'linux') return Number.NaN
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  // utime and stime, in clock ticks of a hundredth of a second (the kernel's USER_HZ).
  return (Number(fields[11]) + Number(fields[12])) * 10
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = new Promise((done) => child.once('exit', done))
  child.kill('SIGTERM')
  await ended
}
