import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readStartTime } from './process-table.ts'

/** Another running process uses this data directory. */
export class DataDirectoryInUse extends Error {
  override readonly name = 'DataDirectoryInUse'
}

/**
 * One process at a time owns a data directory, or one would stop the other's PostgreSQL as a leftover. The file `owner` says which: pid and
 * start time, so that a later process with the same pid is not taken for it. It is put there by `link`, which only one of
 * several can do. An owner that runs no more (kill -9, power cut) is set aside by `rename`, which again only one can do.
 *
 * Returns what gives the directory back. Throws DataDirectoryInUse.
 */
export async function takeOwnership(directory: string): Promise<() => Promise<void>> {
  const file = join(directory, 'owner')
  const startedAt = await readStartTime(process.pid)
  const mine = `${process.pid} ${startedAt ?? 'unknown'}`
  const draft = `${file}.${process.pid}`
  await writeFile(draft, mine)
  try {
    while (!(await linkUnlessThere(draft, file))) await setAsideDeadOwner(file, directory)
  } finally {
    await rm(draft, { force: true })
  }
  return () => rm(file, { force: true })
}

async function linkUnlessThere(draft: string, file: string): Promise<boolean> {
  try {
    await link(draft, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

async function setAsideDeadOwner(file: string, directory: string): Promise<void> {
  const owner = await readFile(file, 'utf8').catch(() => null)
  if (owner === null) return
  const [pid = '', ...startedAt] = owner.split(' ')
  const runsSince = await readStartTime(Number(pid))
  if (runsSince !== null && runsSince === startedAt.join(' ')) {
    throw new DataDirectoryInUse(
      `Process ${pid} is using ${directory}. Stop it first, or set BILLHOOK_DATA_DIR to use another directory.`,
    )
  }
  const aside = `${file}.dead.${process.pid}`
  await rename(file, aside).catch(ignoreAbsent)
  // Two may have seen the dead owner; the slower one has just set aside the faster one, and puts it back.
  const taken = await readFile(aside, 'utf8').catch(() => owner)
  if (taken !== owner) await linkUnlessThere(aside, file)
  await rm(aside, { force: true })
}

function ignoreAbsent(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}
