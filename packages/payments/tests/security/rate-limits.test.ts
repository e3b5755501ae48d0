import { describe, expect, test } from 'vitest'
import { connect } from '../../src/db/connect.ts'
import { useDatabase } from '../support/database.ts'
import {
  bearer,
  closeGuardedAppsAfterEach,
  type GuardedApp,
  startGuardedApp,
} from '../support/guarded-app.ts'

const database = useDatabase()
closeGuardedAppsAfterEach()

describe('reads', () => {
  test('of one owner are limited, with the time to wait', async () => {
    const app = await startGuardedApp(database.db, { readsPerMinute: 2 })
    expect(await statuses(3, () => read(app, 'u1'))).toEqual([200, 200, 429])
    const refused = await read(app, 'u1')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await refused.json()).toMatchObject({ code: 'rate_limited', request_id: expect.any(String) })
  })

  test('of another owner are not touched by that', async () => {
    const app = await startGuardedApp(database.db, { readsPerMinute: 1 })
    await statuses(3, () => read(app, 'u1'))
    expect((await read(app, 'u2')).status).toBe(200)
  })

  test('from one address are limited before any token is looked at', async () => {
    const app = await startGuardedApp(database.db, { addressRequestsPerMinute: 2 })
    expect(await statuses(3, () => app.fetch('/payments/read/1'))).toEqual([401, 401, 429])
  })

  test('are counted for the client behind a trusted proxy, not for the proxy', async () => {
    const app = await startGuardedApp(database.db, {
      addressRequestsPerMinute: 1,
      trustedProxies: ['127.0.0.1', '10.0.0.0/8'],
    })
    const from = (forwardedFor: string) =>
      app.fetch('/payments/read/1', { headers: { 'X-Forwarded-For': forwardedFor } })
    // The client writes what it likes on the left; the proxies append on the right.
    expect((await from('1.1.1.1, 203.0.113.7, 10.1.1.1')).status).toBe(401)
    expect((await from('2.2.2.2, 203.0.113.7, 10.2.2.2')).status).toBe(429)
    expect((await from('203.0.113.8, 10.1.1.1')).status).toBe(401)
  })

  test('are counted for a client whose port a proxy writes too', async () => {
    const app = await startGuardedApp(database.db, {
      addressRequestsPerMinute: 1,
      trustedProxies: ['127.0.0.1'],
    })
    const from = (forwardedFor: string) =>
      app.fetch('/payments/read/1', { headers: { 'X-Forwarded-For': forwardedFor } })
    const addresses = [
      '203.0.113.7:51234',
      '203.0.113.8:443',
      '203.0.113.7:9',
      '[2001:db8:5::1]:443',
      '[2001:db8:6::1]',
    ]
    const answers: number[] = []
    for (const address of addresses) answers.push((await from(address)).status)
    expect(answers).toEqual([401, 401, 429, 401, 401])
  })

  test('are not counted for an address that an untrusted client invents', async () => {
    const app = await startGuardedApp(database.db, { addressRequestsPerMinute: 1 })
    const from = (address: string) =>
      app.fetch('/payments/read/1', { headers: { 'X-Forwarded-For': address } })
    expect([(await from('1.1.1.1')).status, (await from('2.2.2.2')).status]).toEqual([401, 429])
  })

  test('from one IPv6 network count together', async () => {
    const app = await startGuardedApp(database.db, {
      addressRequestsPerMinute: 1,
      trustedProxies: ['127.0.0.1'],
    })
    const from = (address: string) =>
      app.fetch('/payments/read/1', { headers: { 'X-Forwarded-For': address } })
    expect((await from('2001:db8:1:2::1')).status).toBe(401)
    expect((await from('2001:db8:1:2:ffff::9')).status).toBe(429)
    expect((await from('2001:db8:1:3::1')).status).toBe(401)
  })
})

describe('calls that spend', () => {
  test('are counted by all processes of a database together', async () => {
    const [one, other] = [
      await startGuardedApp(database.db, { spendsPerMinute: 3 }),
      await startGuardedApp(database.db, { spendsPerMinute: 3 }),
    ]
    const calls = [one, other, one, other, one, other].map((app) => () => spend(app, 'shared'))
    const answers: number[] = []
    for (const call of calls) answers.push((await call()).status)
    expect(answers).toEqual([200, 200, 200, 429, 429, 429])
  })

  test('are exactly limited when they come all at once', async () => {
    const app = await startGuardedApp(database.db, { spendsPerMinute: 5 })
    const answers = await Promise.all(Array.from({ length: 20 }, () => spend(app, 'burst')))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5)
  })

  test('are refused while the database cannot count them', async () => {
    const away = connect({ databaseUrl: 'postgres://nobody@127.0.0.1:1/nothing' })
    const app = await startGuardedApp(away)
    const answer = await spend(app, 'u1')
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('5')
    expect(await answer.json()).toMatchObject({ code: 'database_unavailable' })
  })

  test('with an owner id as long as it may be are counted', async () => {
    const app = await startGuardedApp(database.db, { spendsPerMinute: 1 })
    const owner = 'é'.repeat(255)
    expect(await statuses(2, () => spend(app, owner))).toEqual([200, 429])
  })
})

describe('webhooks', () => {
  test('with bad signatures are limited', async () => {
    const app = await startGuardedApp(database.db)
    const answers = await Promise.all(Array.from({ length: 70 }, () => deliver(app, 'bad')))
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(60)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(10)
  })

  test('with a good signature never are, not even from the same address', async () => {
    const app = await startGuardedApp(database.db, { addressRequestsPerMinute: 1 })
    await Promise.all(Array.from({ length: 70 }, () => deliver(app, 'bad')))
    const answers = await Promise.all(Array.from({ length: 20 }, () => deliver(app, 'good')))
    expect(answers.every(({ status }) => status === 200)).toBe(true)
  })
})

async function statuses(times: number, call: () => Promise<Response>): Promise<number[]> {
  const found: number[] = []
  for (let turn = 0; turn < times; turn += 1) found.push((await call()).status)
  return found
}

function read(app: GuardedApp, owner: string) {
  return app.fetch('/payments/read/1', { headers: bearer(owner) })
}

function spend(app: GuardedApp, owner: string) {
  return app.fetch('/payments/spend', { method: 'POST', headers: bearer(owner), body: '{}' })
}

function deliver(app: GuardedApp, signature: string) {
  return app.fetch('/payments/webhook', {
    method: 'POST',
    headers: { 'stripe-signature': signature },
    body: '{}',
  })
}
