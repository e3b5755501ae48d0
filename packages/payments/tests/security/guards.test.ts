import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { describe, expect, test } from 'vitest'
import { useDatabase } from '../support/database.ts'
import { bearer, closeGuardedAppsAfterEach, startGuardedApp } from '../support/guarded-app.ts'

const database = useDatabase()
closeGuardedAppsAfterEach()

describe('every answer', () => {
  test('has a request id of its own', async () => {
    const app = await startGuardedApp(database.db)
    const ids = await Promise.all(
      ['/healthz', '/healthz'].map(async (path) => (await app.fetch(path)).headers.get('x-request-id')),
    )
    expect(new Set(ids).size).toBe(2)
  })

  test("keeps the caller's request id", async () => {
    const app = await startGuardedApp(database.db)
    const answer = await app.fetch('/payments/read/1', { headers: { 'X-Request-Id': 'trace-0123456789' } })
    expect(await answer.json()).toMatchObject({ code: 'unauthenticated', request_id: 'trace-0123456789' })
  })

  test.each(['short', 'x'.repeat(129), 'with space in it', '"><script>'])(
    'does not repeat %j as request id',
    async (id) => {
      const app = await startGuardedApp(database.db)
      const answer = await app.fetch('/healthz', { headers: { 'X-Request-Id': id } })
      expect(answer.headers.get('x-request-id')).not.toBe(id)
    },
  )

  test('is kept by no cache and trusted with nothing by browsers', async () => {
    const app = await startGuardedApp(database.db)
    const { headers } = await app.fetch('/payments/read/1', { headers: bearer('u1') })
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
    })
  })

  test('to a stranger says how to log in', async () => {
    const app = await startGuardedApp(database.db)
    const answer = await app.fetch('/payments/read/1')
    expect(answer.headers.get('www-authenticate')).toBe('Bearer')
  })

  test('comes in time, or is 503', async () => {
    const app = await startGuardedApp(database.db, { requestTimeoutMs: 50 })
    const answer = await app.fetch('/payments/slow')
    expect([answer.status, await answer.json()]).toEqual([
      503,
      expect.objectContaining({ code: 'request_timeout' }),
    ])
  })
})

describe('the log', () => {
  test('has one line with the pattern of the route, and no query, path or token', async () => {
    const app = await startGuardedApp(database.db)
    await app.fetch('/payments/read/cs_secret_id?token=hunter2', { headers: bearer('u1') })
    await expect
      .poll(() => app.lines())
      .toEqual([
        {
          level: 'info',
          time: expect.any(String),
          requestId: expect.any(String),
          method: 'GET',
          route: '/payments/read/:id',
          status: 200,
          ms: expect.any(Number),
          owner: 'u1',
          msg: 'request',
        },
      ])
  })

  test('and the metrics know no path that nobody registered', async () => {
    const app = await startGuardedApp(database.db)
    await app.fetch('/wp-admin.php')
    const text = await app.metrics.registry.metrics()
    expect(text).toContain('route="unmatched"')
    expect(text).not.toContain('wp-admin')
  })
})

describe('CORS', () => {
  const preflight = (origin: string) => ({
    method: 'OPTIONS',
    headers: { Origin: origin, 'Access-Control-Request-Method': 'POST' },
  })

  test('lets a listed origin in', async () => {
    const app = await startGuardedApp(database.db)
    const answer = await app.fetch('/payments/spend', preflight('https://app.example.com'))
    expect(answer.status).toBe(204)
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example.com')
    expect(answer.headers.get('access-control-allow-headers')).toContain('Authorization')
  })

  test.each([
    'https://evil.example',
    'http://app.example.com',
    'https://app.example.com.evil.example',
    'null',
  ])('names no other origin: %s', async (origin) => {
    const app = await startGuardedApp(database.db)
    const answer = await app.fetch('/payments/spend', preflight(origin))
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  })

  test('never allows cookies', async () => {
    const app = await startGuardedApp(database.db)
    const answer = await app.fetch('/payments/spend', preflight('https://app.example.com'))
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
  })
})

describe('HTTPS', () => {
  const https = { isHttpsRequired: true, trustedProxies: ['127.0.0.0/8'] }

  test('is required', async () => {
    const app = await startGuardedApp(database.db, https)
    const answer = await app.fetch('/payments/read/1', { headers: bearer('u1') })
    expect([answer.status, await answer.json()]).toEqual([
      400,
      expect.objectContaining({ code: 'https_required' }),
    ])
  })

  test('is what a trusted proxy says it is', async () => {
    const app = await startGuardedApp(database.db, https)
    const headers = { ...bearer('u1'), 'X-Forwarded-Proto': 'https' }
    const answer = await app.fetch('/payments/read/1', { headers })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('strict-transport-security')).toContain('max-age=31536000')
  })

  test('is not what anybody else says it is', async () => {
    const app = await startGuardedApp(database.db, { ...https, trustedProxies: ['10.0.0.0/8'] })
    const headers = { ...bearer('u1'), 'X-Forwarded-Proto': 'https' }
    expect((await app.fetch('/payments/read/1', { headers })).status).toBe(400)
  })

  test('is not what a request says of itself', async () => {
    const app = await startGuardedApp(database.db, https)
    const { hostname, port } = new URL(app.url)
    const asked = request({ hostname, port, path: 'https://x/payments/read/1', headers: bearer('u1') }).end()
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    answer.resume()
    expect(answer.statusCode).toBe(400)
  })

  test('is asked of a path that only ends like a health check', async () => {
    const app = await startGuardedApp(database.db, https)
    expect((await app.fetch('/payments/read/healthz', { headers: bearer('u1') })).status).toBe(400)
  })

  test('is not asked of a health check', async () => {
    const app = await startGuardedApp(database.db, https)
    expect((await app.fetch('/healthz')).status).toBe(200)
  })
})

describe('/metrics', () => {
  const access = { metricsAccess: { token: 'a token for the numbers' } }
  const asBearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } })

  test.each([
    ['the bearer of the token', asBearer('atokenforthenumbers'), 200],
    ['an operator', { headers: bearer('u1', ['operator']) }, 200],
    ['a user', { headers: bearer('u1') }, 403],
    ['a stranger', {}, 401],
    ['the bearer of another token', asBearer('another'), 401],
  ])('for %s', async (_, init, status) => {
    const app = await startGuardedApp(database.db, { metricsAccess: { token: 'atokenforthenumbers' } })
    expect((await app.fetch('/metrics', init)).status).toBe(status)
  })

  test('needs an operator where no token is configured', async () => {
    const app = await startGuardedApp(database.db)
    expect((await app.fetch('/metrics', asBearer('null'))).status).toBe(401)
  })

  test('is open on a laptop', async () => {
    const app = await startGuardedApp(database.db, { ...access, metricsAccess: 'open' })
    expect((await app.fetch('/metrics')).status).toBe(200)
  })
})
