import { type ChildProcess, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { prepareBinaries } from './embedded/binaries.ts'
import { createThrowawayHome, prepareHome, prepareSocketDirectory } from './embedded/home.ts'
import { takeOwnership } from './embedded/ownership.ts'
import { readPostmaster, stopLeftover, stopPostmaster } from './embedded/postmaster.ts'
import { chooseServerUser, type ServerUser } from './embedded/unprivileged-user.ts'
import { watchParent } from './embedded/watchdog.ts'

/**
 * A PostgreSQL server of our own, from the binaries that npm brought: for a laptop and for tests, not for production.
 *
 * Who may connect: only who can enter the directory of its unix socket, which is private to the server's user (and root);
 * it listens on no network address. Lifecycle: the server is a child in a session of its own, so that Ctrl-C reaches us
 * and not it; a watchdog process stops it when we die without a word; what both missed (the watchdog was killed too) is
 * found and stopped by the next start on the same data. One process at a time owns a data directory.
 */
export interface EmbeddedPostgres {
  databaseUrl(database: string): string
  /** Directory with the data and the server's log. */
  home: string
  /** Resolves when the server has ended, whoever ended it. */
  exited: Promise<void>
  /** Disconnects everybody, writes everything, ends. Repeatable. */
  stop(): Promise<void>
}

export type EmbeddedPostgresOptions =
  | {
      /** Where the data lies, made if it is not there. Commits survive a power cut. */
      home: string
      throwaway?: false
    }
  | {
      /** For tests: no waiting for the disk, and all is removed when it stops or this process dies. */
      throwaway: true
    }

const DRAFT = 'data.new-'
const SUPERUSER = 'billhook'
const START_TIMEOUT_MS = 60_000

const NOT_DURABLE = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']
const SETTINGS = ['listen_addresses=', 'unix_socket_permissions=0700', 'max_connections=200', 'timezone=UTC']

/** Starts the server and answers once it takes connections. Throws DataDirectoryInUse, or an Error that says what to do. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const isThrowaway = options.throwaway === true
  const user = await chooseServerUser(isThrowaway ? '' : join(options.home, 'data'))
  const binaries = await prepareBinaries(user)
  const home = isThrowaway ? await createThrowawayHome(user) : await prepareHome(options.home, user)
  const data = join(home, 'data')
  await using undo = new AsyncDisposableStack()
  if (isThrowaway) undo.defer(() => rm(home, { recursive: true, force: true }))
  undo.defer(await takeOwnership(home))
  await stopLeftover(data)
  undo.defer(watchParent({ data, user, removeAlso: isThrowaway ? home : null }))
  await initialise(binaries, home, user, isThrowaway)
  const socket = await prepareSocketDirectory(data, hash(data), user)
  if (socket !== data) undo.defer(() => rm(socket, { recursive: true, force: true }))
  const settings = [`unix_socket_directories=${socket}`, ...SETTINGS, ...(isThrowaway ? NOT_DURABLE : [])]
  const server = await startServer(binaries, home, user, settings)

  const afterwards = undo.move()
  const exited = server.ended.then(() => afterwards.disposeAsync())
  let stopping: Promise<void> | null = null
  return {
    // `host` overrides `localhost`, which is there because URL parsers refuse a user without a host.
    databaseUrl: (database) =>
      `postgresql://${SUPERUSER}@localhost/${encodeURIComponent(database)}?host=${encodeURIComponent(socket)}`,
    home,
    exited,
    stop: () => (stopping ??= stopPostmaster(server.pid).then(() => exited)),
  }
}

/** Makes the database if it is not there. */
export async function ensureDatabase(server: EmbeddedPostgres, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: server.databaseUrl('postgres') })
  await client.connect()
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name])
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`)
  } finally {
    await client.end()
  }
  return server.databaseUrl(name)
}

/**
 * initdb into a directory beside, then one rename: a start that is killed leaves no half-made cluster. The directory is new each
 * time, because the initdb of a killed start may still be writing into its own.
 */
async function initialise(
  binaries: string,
  home: string,
  user: ServerUser,
  isThrowaway: boolean,
): Promise<void> {
  if (await exists(join(home, 'data', 'PG_VERSION'))) return
  const abandoned = (await readdir(home)).filter((name) => name.startsWith(DRAFT))
  const draft = join(home, `${DRAFT}${randomBytes(4).toString('hex')}`)
  const initdb = await launch(join(binaries, 'bin', 'initdb'), home, user, [
    `--pgdata=${draft}`,
    `--username=${SUPERUSER}`,
    '--auth-local=trust',
    '--auth-host=reject',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-instructions',
    ...(isThrowaway ? ['--no-sync'] : []),
  ])
  const code = await initdb.exitCode
  if (code !== 0) throw new Error(`PostgreSQL could not make its data directory.\n${await readLog(home)}`)
  await rename(draft, join(home, 'data'))
  for (const name of abandoned) {
    await rm(join(home, name), { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
}

async function startServer(
  binaries: string,
  home: string,
  user: ServerUser,
  settings: string[],
): Promise<{ pid: number; ended: Promise<void> }> {
  const data = join(home, 'data')
  const args = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])]
  const deadline = performance.now() + START_TIMEOUT_MS
  while (performance.now() < deadline) {
    const { child, exitCode } = await launch(join(binaries, 'bin', 'postgres'), home, user, args)
    let hasEnded = false
    const ended = exitCode.then(() => {
      hasEnded = true
    })
    while (!hasEnded && performance.now() < deadline) {
      const postmaster = await readPostmaster(data)
      if (child.pid !== undefined && postmaster?.pid === child.pid && postmaster.isReady) {
        return { pid: child.pid, ended }
      }
      await sleep(5)
    }
    if (!hasEnded) child.kill('SIGKILL')
    // A server that was killed leaves processes that take a moment to notice.
    if (!(await readLog(home)).includes('shared memory block')) break
    await sleep(200)
  }
  throw new Error(`PostgreSQL did not start.\n${await readLog(home)}`)
}

async function launch(
  program: string,
  home: string,
  user: ServerUser,
  args: string[],
): Promise<{ child: ChildProcess; exitCode: Promise<number | null> }> {
  const log = await open(join(home, 'server.log'), 'w')
  try {
    const child = spawn(program, args, {
      cwd: home,
      env: { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' },
      stdio: ['ignore', log.fd, log.fd],
      detached: true,
      ...(user.differsFromCaller ? { uid: user.uid, gid: user.gid } : {}),
    })
    const exitCode = new Promise<number | null>((resolve) => child.once('exit', resolve))
    await once(child, 'spawn').catch((cause: unknown) => {
      // A system without glibc (Alpine) has nothing that runs them.
      throw new Error(`${program} does not run on this system. Use a server of yours (DATABASE_URL).`, {
        cause,
      })
    })
    return { child, exitCode }
  } finally {
    await log.close()
  }
}

async function readLog(home: string): Promise<string> {
  const text = await readFile(join(home, 'server.log'), 'utf8').catch(() => '')
  return text.slice(-4_000)
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}
