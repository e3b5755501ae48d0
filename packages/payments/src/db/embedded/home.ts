import { randomBytes } from 'node:crypto'
import { chmod, chown, lstat, mkdir, mkdtemp, readFile, realpath, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { SHARED_STATE } from './binaries.ts'
import { canReach, type ServerUser } from './unprivileged-user.ts'

/**
 * The directory that holds the server's files, owned by the server's user: `wanted` itself, or, where that user cannot reach it (root runs it from
 * a clone below /root), a directory of the machine that a file in `wanted` names. So the data stays tied to the clone: another
 * clone has its own, and a copied clone starts with none instead of sharing.
 */
export async function prepareHome(wantedPath: string, user: ServerUser): Promise<string> {
  await mkdir(wantedPath, { recursive: true, mode: 0o755 })
  const wanted = await realpath(wantedPath)
  if (await canReach(user, wanted)) return await handOver(wanted, user)

  const pointer = join(wanted, 'location')
  const known = (await readFile(pointer, 'utf8').catch(() => '')).trim()
  if (known !== '' && (await belongsTo(known, wanted))) return known

  const home = join(SHARED_STATE, 'data', randomBytes(4).toString('hex'))
  await mkdir(home, { recursive: true, mode: 0o755 })
  await writeFile(join(home, 'belongs-to'), `${wanted}\n`)
  await handOver(home, user)
  await writeFile(pointer, `${home}\n`)
  return home
}

/** A new directory for a server that lives as long as this process. */
export async function createThrowawayHome(user: ServerUser): Promise<string> {
  for (const base of [tmpdir(), '/tmp', '/var/tmp']) {
    if (await canReach(user, join(base, 'any')))
      return await handOver(await mkdtemp(join(base, 'billhook-')), user)
  }
  throw new Error(
    'None of the directories for temporary files can be reached by the user that PostgreSQL runs as.',
  )
}

/**
 * Where the server's unix socket lies: beside its data, or, since the path of a socket has at most about 100 bytes, in a private
 * directory below /tmp that is named after the data.
 */
export async function prepareSocketDirectory(
  data: string,
  shortName: string,
  user: ServerUser,
): Promise<string> {
  if (`${data}/.s.PGSQL.5432`.length <= 100) return data
  const directory = join('/tmp', `billhook-${shortName}`)
  await mkdir(directory, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  const found = await lstat(directory)
  const isOurs = found.uid === user.uid || found.uid === process.getuid?.()
  if (!found.isDirectory() || !isOurs)
    throw new Error(`${directory} belongs to another user. Remove it and start again.`)
  return await handOver(directory, user)
}

async function belongsTo(home: string, wanted: string): Promise<boolean> {
  const owner = (await readFile(join(home, 'belongs-to'), 'utf8').catch(() => '')).trim()
  if (owner === wanted) return true
  if (owner === '' || basename(owner) !== basename(wanted)) return false
  // The clone was moved, unless its old place still names this directory: then it was copied.
  if ((await stat(join(owner, 'location')).catch(() => null)) !== null) return false
  await writeFile(join(home, 'belongs-to'), `${wanted}\n`)
  return true
}

async function handOver(directory: string, user: ServerUser): Promise<string> {
  const { uid } = await lstat(directory)
  if (!user.differsFromCaller && uid !== user.uid) {
    throw new Error(
      `${directory} belongs to another user (uid ${uid}): billhook ran here as root or as somebody else. ` +
        'Run it as before, or set BILLHOOK_DATA_DIR to another directory.',
    )
  }
  await chmod(directory, 0o700)
  if (user.differsFromCaller) await chown(directory, user.uid, user.gid)
  return directory
}
