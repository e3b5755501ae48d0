import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { connect } from '../../src/db/connect.ts'
import { DataDirectoryInUse } from '../../src/db/embedded/ownership.ts'
import { readCommandLine } from '../../src/db/embedded/process-table.ts'
import { type EmbeddedPostgres, ensureDatabase, startEmbeddedPostgres } from '../../src/db/embedded.ts'
import { isRunning, killProcessesAfterEach, runNode, type TestProcess } from '../support/child-process.ts'
import { makeReachableDirectory } from '../support/reachable-directory.ts'

const OWN_POSTGRES = join(import.meta.dirname, '../support/own-postgres.ts')

let directory = ''
let home = ''
beforeAll(async () => {
  directory = await makeReachableDirectory('lifecycle')
  home = join(directory, 'postgres')
})
afterAll(() => rm(directory, { recursive: true, force: true }))
killProcessesAfterEach()
// A test starts several servers: each takes a second on an idle machine.
vi.setConfig({ testTimeout: 90_000 })

/** A server that ends with its test, if not before. */
async function start(of = home): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ home: of })
  onTestFinished(() => server.stop())
  return server
}

async function ask<T extends object>(server: EmbeddedPostgres, query: string): Promise<T[]> {
  const db = connect({ databaseUrl: await ensureDatabase(server, 'billhook') })
  try {
    return (await db.pool.query<T>(query)).rows
  } finally {
    await db.close()
  }
}

async function started(process: TestProcess): Promise<{ pid: number; home: string }> {
  await expect.poll(() => process.output(), { timeout: 60_000 }).toContain('}\n')
  return JSON.parse(process.output())
}

/** What such a parent has committed before it said that it was there. */
function keptOf({ pid }: TestProcess): string {
  return `select value from kept where value = 'before the kill of ${pid}'`
}

describe('a server with data on disk', () => {
  test('waits for the disk, listens on no network address, and keeps its data over a stop', async () => {
    const first = await start()
    const settings = await ask<{ name: string; setting: string }>(
      first,
      `select name, setting from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit', 'listen_addresses')`,
    )
    expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
      fsync: 'on',
      full_page_writes: 'on',
      synchronous_commit: 'on',
      listen_addresses: '',
    })
    await ask(
      first,
      `create table if not exists kept (value text); insert into kept values ('before the stop')`,
    )
    await first.stop()

    const second = await start()
    expect(await ask(second, 'select value from kept')).toContainEqual({ value: 'before the stop' })
  })

  test('is one process’s alone', async () => {
    const server = await start()
    await expect(startEmbeddedPostgres({ home })).rejects.toThrow(DataDirectoryInUse)
    expect(await ask(server, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test('stops once, however often it is asked to', async () => {
    const server = await start()
    await Promise.all([server.stop(), server.stop(), server.exited])
    await server.stop()
  })
})

describe('after a kill -9', () => {
  test('of the parent, the server ends by itself and the next start has what was committed', async () => {
    const parent = runNode(OWN_POSTGRES, [home])
    const { pid } = await started(parent)
    parent.child.kill('SIGKILL')
    await parent.exited
    await expect.poll(() => isRunning(pid)).toBe(false)

    expect(await ask(await start(), keptOf(parent))).toHaveLength(1)
  })

  test('of the parent and its watchdog, the next start stops the server that was left', async () => {
    const parent = runNode(OWN_POSTGRES, [home])
    const { pid } = await started(parent)
    for (const watchdog of await findWatchdogs(home)) process.kill(watchdog, 'SIGKILL')
    parent.child.kill('SIGKILL')
    await parent.exited
    expect(isRunning(pid)).toBe(true)

    const server = await start()
    expect(isRunning(pid)).toBe(false)
    expect(await ask(server, keptOf(parent))).toHaveLength(1)
  })

  test('of the server, its parent is told and the next start recovers', async () => {
    const server = await start()
    const [row] = await ask<{ pid: number }>(
      server,
      `select split_part(pg_read_file('postmaster.pid'), E'\n', 1)::integer as pid`,
    )
    process.kill(row?.pid ?? 0, 'SIGKILL')
    await server.exited
    const next = await start()
    expect(await ask(next, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test('and a power cut, a pid file that now names another program does not hinder', async () => {
    const before = await start()
    await before.stop()
    await writeFile(
      join(home, 'data', 'postmaster.pid'),
      `${process.pid}\n${home}/data\n1\n5432\n\n\n\nready\n`,
    )
    const server = await start()
    expect(await ask(server, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test('of the parent during initdb, the next start begins anew', async () => {
    const fresh = join(directory, 'fresh')
    const parent = runNode(OWN_POSTGRES, [fresh])
    // initdb has made its directory; before that there is only the name of the owner.
    const hasBegun = async () =>
      (await readdir(fresh).catch(() => [])).some((name) => name.startsWith('data'))
    await expect.poll(hasBegun, { timeout: 60_000, interval: 5 }).toBe(true)
    parent.child.kill('SIGKILL')
    await parent.exited
    const server = await start(fresh)
    expect(await ask(server, 'select 1 as one')).toEqual([{ one: 1 }])
  })
})

test('a throwaway server leaves nothing when its parent is killed', async () => {
  const parent = runNode(OWN_POSTGRES, [])
  const { pid, home: thrownAway } = await started(parent)
  parent.child.kill('SIGKILL')
  await expect.poll(() => isRunning(pid)).toBe(false)
  await expect.poll(() => readdir(thrownAway).catch(() => 'gone')).toBe('gone')
})

test('a directory whose path is too long for a socket gets its socket elsewhere', async () => {
  const long = join(directory, 'x'.repeat(120))
  const server = await start(long)
  expect(server.databaseUrl('billhook')).toContain('host=%2Ftmp%2Fbillhook-')
  expect(await ask(server, 'select 1 as one')).toEqual([{ one: 1 }])
})

async function findWatchdogs(of: string): Promise<number[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0)
  const commands = await Promise.all(pids.map(async (pid) => ({ pid, command: await readCommandLine(pid) })))
  return commands
    .filter(({ command }) => command?.includes('billhook-watchdog') && command.includes(of))
    .map(({ pid }) => pid)
}
