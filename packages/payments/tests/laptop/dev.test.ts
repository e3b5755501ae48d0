import { readFile, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { connect } from '../../src/db/connect.ts'
import { killProcessesAfterEach } from '../support/child-process.ts'
import { standingClock } from '../support/clock.ts'
import { makeReachableDirectory } from '../support/reachable-directory.ts'
import { type LaptopProcess, logIn, processesOn, runDev, startDev } from './laptop-process.ts'

let directory = ''
let dataDir = ''
beforeAll(async () => {
  directory = await makeReachableDirectory('dev')
  dataDir = join(directory, '.billhook')
  // The first start makes the database and builds the shop; what comes after is what people wait for every day.
  const first = await startDev(dataDir)
  first.child.kill('SIGINT')
  await first.exited
})
afterAll(async () => {
  await nothingIsLeft()
  await rm(directory, { recursive: true, force: true })
})
killProcessesAfterEach()
// Two starts, each with its own patience.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

/** The watchdog of a database, and the database of one that was killed, end a moment after it. */
async function nothingIsLeft(): Promise<void> {
  await vi.waitFor(async () => expect(await processesOn(directory)).toEqual([]), 20_000)
}

// Busy machines are slow: of three starts one must show what a laptop does.
test('it is ready in under five seconds', { retry: 2 }, async () => {
  expect((await startDev(dataDir)).readySeconds).toBeLessThan(5)
})

describe('while it runs', () => {
  let dev: LaptopProcess
  beforeAll(async () => {
    dev = await startDev(dataDir, { isShared: true })
  })
  afterAll(async () => {
    dev.child.kill('SIGINT')
    await dev.exited
  })

  test('shop, API and sandbox are served', async () => {
    const page = await fetch(dev.url, { headers: { Accept: 'text/html' } })
    expect(await page.text()).toContain('<script type="module"')
    expect((await fetch(`${dev.url}/readyz`)).status).toBe(200)
    expect((await fetch(`${dev.sandboxUrl}/v1/customers`)).status).toBe(401)
  })

  test('a page of the shop answers under its own path, a missing file does not', async () => {
    const page = await fetch(`${dev.url}/account`, { headers: { Accept: 'text/html' } })
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    expect((await fetch(`${dev.url}/assets/none.js`)).status).toBe(404)
  })

  test('visitors of 127.0.0.1 are led to where Checkout leads back', async () => {
    const page = await fetch(`${dev.url.replace('localhost', '127.0.0.1')}/account?a=b`, {
      headers: { Accept: 'text/html' },
      redirect: 'manual',
    })
    expect(page.headers.get('location')).toBe(`${dev.url}/account?a=b`)
  })

  test('anybody logs in with an email address, and the token opens the API', async () => {
    const token = await logIn(dev.url, 'ada@example.com')
    const answer = await fetch(`${dev.url}/payments/get-user-subscription`, {
      headers: { Authorization: `Bearer ${token}` },
    })
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { subscription: null, message: 'No active subscription' },
    ])
  })

  test('a login without an email address is refused', async () => {
    const answer = await fetch(`${dev.url}/demo/login`, { method: 'POST', body: '{"email":"nobody"}' })
    expect(answer.status).toBe(400)
  })

  test('a second one on the same data is told what to do', async () => {
    const second = runDev(dataDir)
    expect((await second.exited).code).toBe(1)
    expect(second.output()).toContain('set BILLHOOK_DATA_DIR to use another directory')
  })
})

test.each(['SIGINT', 'SIGTERM'] as const)('%s ends all of it, in order', async (signal) => {
  const dev = await startDev(dataDir)
  // Ctrl-C under npm arrives twice: from the terminal and from npm.
  dev.child.kill(signal)
  dev.child.kill(signal)
  expect(await dev.exited).toEqual({ code: 0, signal: null })
  expect(dev.output()).toContain('Everything is kept')
  await nothingIsLeft()
})

test('Ctrl-C while it starts ends it too', async () => {
  const dev = runDev(dataDir)
  await expect.poll(() => dev.output(), { timeout: 30_000 }).toContain('Billhook on this machine')
  dev.child.kill('SIGINT')
  expect((await dev.exited).code).toBe(0)
  await nothingIsLeft()
})

test('after kill -9 the next start has what was committed, and tokens stay good', async () => {
  const at = standingClock().now()
  const killed = await startDev(dataDir)
  const token = await logIn(killed.url, 'grace@example.com')
  const db = connect({
    databaseUrl: `postgresql://billhook@localhost/billhook?host=${encodeURIComponent(join(dataDir, 'postgres', 'data'))}`,
  })
  await db.query
    .insertInto('customers')
    .values({ owner_id: 'before the kill', created_at: at, updated_at: at })
    .execute()
  killed.child.kill('SIGKILL')
  await killed.exited

  const next = await startDev(dataDir)
  const rows = await db.query
    .selectFrom('customers')
    .select('owner_id')
    .where('owner_id', '=', 'before the kill')
    .execute()
  await db.close()
  expect(rows).toHaveLength(1)
  const answer = await fetch(`${next.url}/payments/get-user-subscription`, {
    headers: { Authorization: `Bearer ${token}` },
  })
  expect(answer.status).toBe(200)
})

test('secrets are readable by their owner only, and the directory keeps out of git', async () => {
  expect((await stat(join(dataDir, 'secrets.json'))).mode & 0o777).toBe(0o600)
  expect(await readFile(join(dataDir, '.gitignore'), 'utf8')).toBe('*\n')
})

describe('it says what to do', () => {
  async function refusal(env: Record<string, string>): Promise<string> {
    const dev = runDev(dataDir, { env })
    expect((await dev.exited).code).toBe(1)
    return dev.output()
  }

  test.each(['PORT', 'SANDBOX_PORT'])('when the port of %s is in use', async (setting) => {
    const server = createServer()
    onTestFinished(() => void server.close())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0
    expect(await refusal({ [setting]: String(port) })).toContain(
      `Port ${port} is in use by another program. Set ${setting} to another one`,
    )
    await nothingIsLeft()
  })

  test.each([
    ['production', { NODE_ENV: 'production' }, 'laptop mode is for laptops'],
    ['a live key', { STRIPE_SECRET_KEY: 'sk_live_1' }, 'laptop mode never touches live money'],
  ])('in %s', async (_, env, words) => {
    expect(await refusal(env)).toContain(words)
  })
})
