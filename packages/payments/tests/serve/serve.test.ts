import { readFileSync } from 'node:fs'
import { createSandbox, type Sandbox } from 'stripe-sandbox'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { killProcessesAfterEach, runNode } from '../support/child-process.ts'
import { useDatabase } from '../support/database.ts'
import { useOwnServer } from '../support/own-server.ts'
import { BILLHOOK, JWT_SECRET, type Service, serviceEnv, startService } from '../support/serve-process.ts'

const database = useDatabase()
let sandbox: Sandbox
vi.setConfig({ testTimeout: 60_000 })

beforeAll(async () => {
  sandbox = await createSandbox({ seed: 'demo' })
})
afterAll(() => sandbox.close())

describe('billhook serve', () => {
  killProcessesAfterEach()

  test('refuses to start, with every problem named', async () => {
    const run = runNode(BILLHOOK, ['serve'], { env: { PORT: 'x', JWT_ISSUER: 'https://login.example.com' } })
    expect((await run.exited).code).toBe(1)
    const names = [
      'STRIPE_SECRET_KEY',
      'STRIPE_PUBLISHABLE_KEY',
      'WEBHOOK_SECRET',
      'FRONTEND_URL',
      'DATABASE_URL',
    ]
    for (const name of names) expect(run.output()).toContain(`${name} is missing`)
    expect(run.output()).toContain('PORT must be a number')
    expect(run.output()).toContain('JWT_JWKS_URL is missing')
  })

  test('refuses plain HTTP unless it is told otherwise', async () => {
    const env = serviceEnv(database.url, { ALLOW_HTTP: 'false', TRUSTED_PROXIES: 'loopback' })
    const service = await startService(env)
    const plain = await fetch(`${service.url}/payments/get-plans`)
    expect([plain.status, await plain.json()]).toEqual([
      400,
      expect.objectContaining({ code: 'https_required' }),
    ])
    const proxied = await fetch(`${service.url}/payments/get-plans`, {
      headers: { 'X-Forwarded-Proto': 'https' },
    })
    expect(proxied.status).toBe(401)
  })

  test('does not start on a database that holds the other mode', async () => {
    await database.db.query.updateTable('installation').set({ livemode: true }).execute()
    const run = runNode(BILLHOOK, ['serve'], { env: serviceEnv(database.url) })
    expect((await run.exited).code).toBe(1)
    expect(run.output()).toContain('This database holds live data, and the Stripe key is a test key.')
    await database.db.query.updateTable('installation').set({ livemode: false }).execute()
  })
})

describe('a service that runs', () => {
  // Its own, because a service that was killed in another test may hold the lease of the catalogue for a while.
  const database = useDatabase()
  const env = () => serviceEnv(database.url, { STRIPE_API_BASE: sandbox.url, LOG_LEVEL: 'trace' })
  let service: Service
  beforeAll(async () => {
    service = await startService(env())
    await service.said('Catalogue mirrored')
  })
  afterAll(() => service.child.kill('SIGKILL'))

  test('needs less than 150 MB when it has nothing to do', () => {
    expect(residentMegabytes(service.pid)).toBeLessThan(150)
  })

  test('serves what `billhook token` opens, from the mirrored catalogue', async () => {
    const token = await printToken({ JWT_SECRET }, ['--user', 'u1', '--email', 'u1@example.com'])
    const headers = { Authorization: `Bearer ${token}` }
    const answer = await fetch(`${service.url}/payments/get-plans`, { headers })
    expect(await answer.json()).toEqual(
      expect.arrayContaining([expect.objectContaining({ is_active: true })]),
    )
  })

  test('is ready', async () => {
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200)
  })

  test('writes no secret of its configuration to its log', () => {
    for (const name of ['STRIPE_SECRET_KEY', 'WEBHOOK_SECRET', 'JWT_SECRET', 'DATABASE_URL'] as const) {
      expect(service.output()).not.toContain(env()[name])
    }
  })

  test('keeps its port to itself', async () => {
    const second = runNode(BILLHOOK, ['serve'], { env: { ...env(), PORT: new URL(service.url).port } })
    expect((await second.exited).code).toBe(1)
    expect(second.output()).toMatch(/Port \d+ is in use/)
  })
})

describe('billhook serve on a database without tables', () => {
  const empty = useDatabase({ isEmpty: true })
  killProcessesAfterEach()

  test('says what to run, and does it when asked', async () => {
    const run = runNode(BILLHOOK, ['serve'], { env: serviceEnv(empty.url) })
    expect((await run.exited).code).toBe(1)
    expect(run.output()).toContain('The database is behind: run `billhook migrate`')
    const service = await startService(serviceEnv(empty.url), ['--migrate'])
    await service.said('started')
  })
})

describe('a DATABASE_URL that leads to no database', () => {
  const missing = useDatabase()
  killProcessesAfterEach()

  test.each(['migrate', 'doctor', 'serve'])('is said by billhook %s, without a stack', async (command) => {
    const url = missing.url.replace(/\/billhook_test_\w+/, '/nowhere')
    const run = runNode(BILLHOOK, [command], { env: serviceEnv(url, { STRIPE_API_BASE: sandbox.url }) })
    expect((await run.exited).code).toBe(1)
    expect(run.output()).toContain('refuses us: database "nowhere" does not exist')
    expect(run.output()).not.toContain('    at ')
  })
})

describe('an address that is not ours', () => {
  killProcessesAfterEach()

  test('is no fault of the database', async () => {
    const env = serviceEnv(database.url, { HOST: '203.0.113.1' })
    const run = runNode(BILLHOOK, ['serve'], { env })
    expect((await run.exited).code).toBe(1)
    expect(run.output()).toContain('HOST is no address of this machine')
  })
})

describe('billhook serve while the database is away', () => {
  const server = useOwnServer()
  killProcessesAfterEach()

  test('lives, is not ready, and goes on by itself when the database comes', async () => {
    await server.stop()
    const service = await startService(serviceEnv(server.url), ['--migrate'])
    const readiness = await fetch(`${service.url}/readyz`)
    expect([readiness.status, await readiness.json()]).toEqual([
      503,
      { status: 'not ready', reason: 'database' },
    ])
    expect((await fetch(`${service.url}/healthz`)).status).toBe(200)
    await server.start()
    await expect
      .poll(async () => (await fetch(`${service.url}/readyz`)).status, { timeout: 15_000 })
      .toBe(200)
  })
})

describe('billhook token', () => {
  test('prints a token with roles, audience and configured claims', async () => {
    const env = { JWT_SECRET, JWT_AUDIENCE: 'api', JWT_ISSUER: 'me', JWT_ROLES_CLAIM: 'app.roles' }
    const token = await printToken(env, ['--user', 'u1', '--role', 'a', '--role', 'b', '--expires-in', '15m'])
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    expect(claims).toMatchObject({ sub: 'u1', aud: 'api', iss: 'me', app: { roles: ['a', 'b'] } })
    expect(claims.exp - claims.iat).toBe(900)
  })

  test.each([
    [['token'], 2],
    [['token', '--user', ''], 2],
    [['token', '--user', 'u1', '--expires-in', 'soon'], 2],
    [['token', '--user', 'u1'], 1],
  ])('%j without a secret is refused', async (args, code) => {
    const run = runNode(BILLHOOK, args, { env: { BILLHOOK_DATA_DIR: '/nowhere' } })
    expect((await run.exited).code).toBe(code)
  })
})

async function printToken(env: Record<string, string>, args: string[]): Promise<string> {
  const run = runNode(BILLHOOK, ['token', ...args], { env })
  expect((await run.exited).code).toBe(0)
  return run.output().trim()
}

function residentMegabytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024
}
