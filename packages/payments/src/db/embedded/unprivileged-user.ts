import { readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Whom PostgreSQL runs as. Null ids: as the caller, who is not root. */
export interface ServerUser {
  uid: number
  gid: number
  /** The caller is root and must hand the files over and spawn as this user. */
  differsFromCaller: boolean
}

/**
 * PostgreSQL refuses to run as root, so root runs it as somebody else: the owner of data that is there already, else
 * `postgres`, else `nobody`, else the first user of the machine that is not root (initdb wants one with a name).
 */
export async function chooseServerUser(existingData: string): Promise<ServerUser> {
  const uid = process.getuid?.() ?? 0
  const gid = process.getgid?.() ?? 0
  if (uid !== 0) return { uid, gid, differsFromCaller: false }

  const owner = await stat(existingData).catch(() => null)
  if (owner !== null && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid, differsFromCaller: true }
  return { ...pickUser(await readFile('/etc/passwd', 'utf8')), differsFromCaller: true }
}

/** The user to run as, from the text of a passwd file. Throws when it has nobody but root. */
export function pickUser(passwd: string): { uid: number; gid: number } {
  const users = passwd
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name, , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .filter((user) => user.uid > 0)
  const chosen =
    users.find((user) => user.name === 'postgres') ?? users.find((user) => user.name === 'nobody') ?? users[0]
  if (chosen === undefined) {
    throw new Error(
      'PostgreSQL does not run as root, and /etc/passwd has no other user. Add one, run as one, or set DATABASE_URL.',
    )
  }
  return { uid: chosen.uid, gid: chosen.gid }
}

/**
 * Whether the user can enter every directory above `path`. Groups and access lists are left out: at worst
 * something is copied that need not be.
 */
export async function canReach(user: ServerUser, path: string): Promise<boolean> {
  if (!user.differsFromCaller) return true
  for (let directory = dirname(path); ; directory = dirname(directory)) {
    const found = await stat(directory)
    if ((found.mode & (found.uid === user.uid ? 0o100 : 0o001)) === 0) return false
    if (directory === dirname(directory)) return true
  }
}
