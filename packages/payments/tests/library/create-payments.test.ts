import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, onTestFinished, test } from 'vitest'
import { createPayments, type Payments, type PaymentsOptions } from '../../src/index.ts'
import { createLogger } from '../../src/observability/log.ts'
import { useDatabase } from '../support/database.ts'
import { mirror } from '../support/mirror.ts'
import { signedEvent, WEBHOOK_SECRET } from '../support/serve-process.ts'

const database = useDatabase()
const made = new Set<Payments>()
afterEach(async () => {
  await Promise.all([...made].map((payments) => payments.stop()))
  made.clear()
})

describe('inside a host app', () => {
  test('its own session says who is asking', async () => {
    const payments = make({
      auth: { authenticate: (request) => ({ ownerId: request.headers.get('cookie') ?? 'nobody' }) },
    })
    const answer = await get(payments, '/payments/get-user-subscription', { cookie: 'u1' })
    expect(await answer.json()).toEqual({ subscription: null, message: 'No active subscription' })
  })

  test.each([null, undefined])('nobody logged in is 401, also when the host answers %s', async (nobody) => {
    const payments = make({ auth: { authenticate: () => nobody } })
    expect((await get(payments, '/payments/get-user-subscription')).status).toBe(401)
  })

  test('an owner may be a whole number, as in a token', async () => {
    const { query } = database.db
    const row = { stripe_customer_id: 'cus_42', email: null, deleted_at: null }
    const at = { created_at: new Date(0), updated_at: new Date(0) }
    await query
      .insertInto('customers')
      .values({ owner_id: '42', ...row, ...at })
      .execute()
    await mirror.subscription(database.db, { owner_id: '42', stripe_customer_id: 'cus_42' })
    const payments = make({ auth: { authenticate: () => ({ ownerId: 42 }) } })
    const answer = await get(payments, '/payments/get-user-subscription')
    expect(await answer.json()).toMatchObject({ subscription: { id: 'sub_xxxxxx' } })
  })

  test.each([undefined, '', ' ', 4.2, Number.NaN, true, 'a\nb'])(
    'an owner that is "%s" is a mistake of the host, and nobody',
    async (ownerId) => {
      // What plain JavaScript may answer.
      const payments = make({ auth: { authenticate: () => ({ ownerId }) as { ownerId: string } } })
      expect((await get(payments, '/payments/get-user-subscription')).status).toBe(500)
    },
  )

  test.each([
    ['read', { read: ['billing'] }, '/payments/get-user-subscription', 'GET'],
    ['spend', { spend: ['billing'] }, '/payments/cancel-subscription', 'DELETE'],
  ])('a role that may not %s is 403', async (_, roles, path, method) => {
    const payments = make({ auth: { authenticate: () => ({ ownerId: 'u1', roles: ['member'] }), roles } })
    const answer = await payments.fetch(new Request(`http://host${path}`, { method }))
    expect([answer.status, await answer.json()]).toEqual([
      403,
      expect.objectContaining({ code: 'forbidden' }),
    ])
  })

  test('it works below the path where it is mounted', async () => {
    const payments = make({ basePath: '/billing/' })
    expect((await get(payments, '/billing/healthz')).status).toBe(200)
    expect((await get(payments, '/billingx/healthz')).status).toBe(404)
    const { body, headers } = signedEvent('evt_below')
    const request = new Request('http://host/billing/payments/webhook', { method: 'POST', body, headers })
    expect((await payments.fetch(request)).status).toBe(200)
  })

  test('webhooks are stored before `start`, by a process that runs no jobs', async () => {
    const payments = make({})
    const { body, headers } = signedEvent('evt_no_jobs')
    const request = new Request('http://host/payments/webhook', { method: 'POST', body, headers })
    expect((await payments.fetch(request)).status).toBe(200)
    const rows = await database.db.query
      .selectFrom('events')
      .select('status')
      .where('id', '=', 'evt_no_jobs')
      .execute()
    expect(rows).toEqual([{ status: 'pending' }])
  })

  test('two of them do not share numbers', async () => {
    const auth = { authenticate: () => ({ ownerId: 'o', roles: ['op'] }), roles: { operate: ['op'] } }
    const [one, other] = [make({ auth }), make({ auth })]
    await get(one, '/healthz')
    expect(await (await get(one, '/metrics')).text()).toContain('route="/healthz"')
    expect(await (await get(other, '/metrics')).text()).not.toContain('route="/healthz"')
  })
})

describe('stop', () => {
  test('turns readiness off first and answers the requests under way', async () => {
    const { promise: loggedIn, resolve: logIn } = Promise.withResolvers<{ ownerId: string }>()
    const payments = make({ auth: { authenticate: () => loggedIn } })
    const underWay = get(payments, '/payments/get-user-subscription')
    const stopped = payments.stop()
    const readiness = await get(payments, '/readyz')
    expect([readiness.status, await readiness.json()]).toEqual([
      503,
      { status: 'not ready', reason: 'stopping' },
    ])
    logIn({ ownerId: 'u1' })
    expect((await underWay).status).toBe(200)
    await stopped
  })

  test('does not wait for ever', async () => {
    const payments = make({ auth: { authenticate: () => new Promise<never>(() => undefined) } })
    const underWay = get(payments, '/payments/get-user-subscription')
    await payments.stop({ timeoutMs: 20 })
    expect((await get(payments, '/healthz')).status).toBe(503)
    await expect(Promise.race([underWay, 'still waiting'])).resolves.toBe('still waiting')
  })

  test('waits for a Stripe that does not answer no longer than it may', async () => {
    const stripe = createServer()
    onTestFinished(() => {
      stripe.closeAllConnections()
      stripe.close()
    })
    const asked = once(stripe, 'request')
    await once(stripe.listen(0, '127.0.0.1'), 'listening')
    // A server that listens on TCP.
    const { port } = stripe.address() as AddressInfo
    const apiBase = `http://127.0.0.1:${port}`
    const payments = make({ stripe: { secretKey: 'sk_test_x', apiBase, webhookSecrets: [WEBHOOK_SECRET] } })
    await payments.start()
    await asked
    const startedAt = performance.now()
    await payments.stop({ timeoutMs: 50 })
    // Of an attempt's 20 seconds, on however busy a machine.
    expect(performance.now() - startedAt).toBeLessThan(10_000)
  })

  test('can be called twice', async () => {
    const payments = make({})
    await Promise.all([payments.stop(), payments.stop()])
    expect(await (await get(payments, '/healthz')).json()).toMatchObject({ code: 'stopping' })
  })
})

describe('wrong options are refused at once', () => {
  test('no signing secret', () => {
    expect(() => make({ stripe: { secretKey: 'sk_test_x', webhookSecrets: [' '] } })).toThrow(
      'at least one signing secret',
    )
  })

  test('a short token secret', () => {
    expect(() => make({ auth: { secret: 'short' } })).toThrow('at least 32 bytes')
  })

  test.each([
    [Number('unset'), '"NaN"'],
    [-1, '"-1"'],
    [366, '"366"'],
    [Number.POSITIVE_INFINITY, '"Infinity"'],
    ['7', '"7"'],
    [null, '"null"'],
  ])('a grace of %s days: it would end never, or at no time at all', (days, shown) => {
    // What plain JavaScript may hand over.
    const policy = { pastDueGraceDays: days as number }
    const told = `policy.pastDueGraceDays must be a number of days from 0 to 365, and is ${shown}`
    expect(() => make({ policy })).toThrow(new RangeError(told))
  })

  test('a policy for duplicates that there is not', () => {
    const policy = { duplicates: 'cancel-newer-and-refunds' as 'alert' }
    const told =
      'policy.duplicates must be alert or cancel-newer-and-refund, and is "cancel-newer-and-refunds"'
    expect(() => make({ policy })).toThrow(new RangeError(told))
  })
})

test('a policy that is undefined is one that was left out', async () => {
  const { db } = database
  const since = { stripe_created_at: new Date(), current_period_start: new Date() }
  await mirror.subscription(db, { id: 'sub_late', owner_id: 'late', status: 'past_due', ...since })
  // Allowed by no type, and written by many: `{ pastDueGraceDays: options.graceDays }`.
  const policy = { pastDueGraceDays: undefined, duplicates: undefined } as object
  const payments = make({ policy, auth: { authenticate: () => ({ ownerId: 'late' }) } })
  const answer = await get(payments, '/payments/access')
  expect([answer.status, await answer.json()]).toEqual([
    200,
    expect.objectContaining({ has_access: true, changes_at: expect.any(String) }),
  ])
})

describe('start', () => {
  const empty = useDatabase({ isEmpty: true })

  test('refuses a database that is behind, and brings it up to date when told so', async () => {
    const options = { database: { url: empty.url } }
    await expect(make(options).start()).rejects.toThrow('run `billhook migrate`')
    await make({ ...options, migrate: true }).start()
    expect((await get(make(options), '/readyz')).status).toBe(200)
  })
})

function make(options: Partial<PaymentsOptions>): Payments {
  const payments = createPayments({
    database: { url: database.url },
    stripe: { secretKey: 'sk_test_x', apiBase: 'http://127.0.0.1:1', webhookSecrets: [WEBHOOK_SECRET] },
    frontendUrl: 'https://app.example.com',
    auth: { authenticate: () => null },
    log: createLogger('silent'),
    ...options,
  })
  made.add(payments)
  return payments
}

function get(payments: Payments, path: string, headers: Record<string, string> = {}): Promise<Response> {
  return payments.fetch(new Request(`http://host${path}`, { headers }))
}
