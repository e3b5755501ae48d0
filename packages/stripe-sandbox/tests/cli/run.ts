import { execFile, spawn } from 'node:child_process'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

const cli = join(import.meta.dirname, '../../src/cli.ts')

/** Runs `stripe-sandbox` to its end. */
export function run(...flags: string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [cli, ...flags], (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, output: stdout + stderr }),
    )
  })
}

/** Runs `stripe-sandbox` until the test ends; `output` is what it has said so far. */
export function runOn(...flags: string[]): { output: () => string; stop: () => Promise<number | null> } {
  const child = spawn(process.execPath, [cli, ...flags])
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)))
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve))
  const stop = () => {
    child.kill('SIGTERM')
    return ended
  }
  onTestFinished(async () => void (await stop()))
  return { output: () => output, stop }
}
