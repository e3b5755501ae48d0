import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The command line of a process, or null when it is not running (a zombie is not). Arguments are separated by spaces. */
export async function readCommandLine(pid: number): Promise<string | null> {
  if (process.platform === 'linux') {
    const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    return text === '' ? null : text.split('\0').join(' ').trim()
  }
  return await askPs(pid, 'command=')
}

/** When a process started, in whatever form the system tells it; null when it is not running. With the pid it names one process. */
export async function readStartTime(pid: number): Promise<string | null> {
  if (process.platform === 'linux') {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
    // The second field is the program's name in brackets and may hold anything; the start time is field 22.
    return text?.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null
  }
  return await askPs(pid, 'lstart=')
}

async function askPs(pid: number, format: string): Promise<string | null> {
  const { stdout } = await run('ps', ['-p', String(pid), '-o', format]).catch(() => ({ stdout: '' }))
  return stdout.trim() === '' ? null : stdout.trim()
}
