import { createHmac } from 'node:crypto'
import { Writable } from 'node:stream'
import { Hono } from 'hono'
import { afterEach } from 'vitest'
import { authSettingsOf } from '../../src/auth/auth-options.ts'
import { createAuthenticate } from '../../src/auth/authenticate.ts'
import type { Database } from '../../src/db/connect.ts'
import { systemClock } from '../../src/domain/clock.ts'
import { DomainError } from '../../src/domain/errors.ts'
import type { AppEnv } from '../../src/http/context.ts'
import { errorHandler } from '../../src/http/errors.ts'
import { createGuards, type GuardSettings } from '../../src/http/middleware/guards.ts'
import { type HttpServer, listen } from '../../src/http/server.ts'
import { createLogger } from '../../src/observability/log.ts'
import { createMetrics, type Metrics } from '../../src/observability/metrics.ts'

const secret = 'the secret of the guarded app, 32 bytes'

export interface GuardedApp {
  url: string
  metrics: Metrics
  /** Log lines so far, parsed. */
  lines(): Record<string, unknown>[]
  fetch(path: string, init?: RequestInit): Promise<Response>
}

const servers = new Set<HttpServer>()

export function closeGuardedAppsAfterEach(): void {
  afterEach(async () => {
    await Promise.all([...servers].map((server) => server.close(0)))
    servers.clear()
  })
}

/** Every guard in front of routes that do nothing, behind the real server. */
export async function startGuardedApp(
  db: Database,
  settings: Partial<GuardSettings> = {},
): Promise<GuardedApp> {
  const written: string[] = []
  const sink = new Writable({
    write(chunk, _encoding, done) {
      written.push(String(chunk))
      done()
    },
  })
  const log = createLogger('debug', sink)
  const metrics = createMetrics({ withProcess: false })
  const whoAsks = createAuthenticate(
    authSettingsOf({ secret, roles: { operate: ['operator'] } }),
    systemClock,
  )
  const guards = createGuards(
    { db, log, metrics, whoAsks, ensureInstalled: () => null },
    {
      isCatalogPublic: false,
      corsOrigins: ['https://app.example.com/shop'],
      trustedProxies: [],
      isHttpsRequired: false,
      metricsAccess: null,
      readsPerMinute: 1000,
      spendsPerMinute: 1000,
      addressRequestsPerMinute: 1000,
      bodyTimeoutMs: 10_000,
      requestTimeoutMs: 10_000,
      ...settings,
    },
  )
  const app = new Hono<AppEnv>()
  app.use(...guards.everyRequest)
  app.use('/metrics', ...guards.metrics)
  app.use('/payments/catalogue', ...guards.catalogue)
  app.use('/payments/read/:id', ...guards.read)
  app.use('/payments/spend', ...guards.spend)
  app.use('/payments/webhook', ...guards.webhook)
  app.get('/metrics', (c) => c.text('numbers'))
  app.get('/healthz', (c) => c.json({ status: 'ok' }))
  app.get('/payments/catalogue', (c) => c.json({ ok: true }))
  app.get('/payments/read/:id', (c) => c.json({ owner: c.get('principal').ownerId }))
  app.post('/payments/spend', async (c) => c.json(await c.req.json()))
  app.get('/payments/slow', () => new Promise<never>(() => undefined))
  app.post('/payments/webhook', async (c) => {
    if (c.req.header('stripe-signature') !== 'good') throw new DomainError('webhook_invalid_signature')
    return c.json({ bytes: (await c.req.arrayBuffer()).byteLength })
  })
  app.onError(errorHandler(log))
  const server = await listen({ fetch: app.fetch, port: 0, host: '127.0.0.1' })
  servers.add(server)
  const url = `http://127.0.0.1:${server.port}`
  return {
    url,
    metrics,
    lines: () => written.map((line) => JSON.parse(line)),
    fetch: (path, init) => fetch(url + path, init),
  }
}

/** Authorization of a user of the guarded app. */
export function bearer(ownerId: string, roles: string[] = []): { Authorization: string } {
  const exp = Math.floor(Date.now() / 1000) + 300
  const signed = [{ alg: 'HS256' }, { sub: ownerId, roles, exp }]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  return {
    Authorization: `Bearer ${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`,
  }
}
