import pino from 'pino'
import { createSandbox, type Sandbox } from 'stripe-sandbox'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { connect, type Database } from '../../src/db/connect.ts'
import { systemClock } from '../../src/domain/clock.ts'
import { DEFAULT_POLICY } from '../../src/domain/policy.ts'
import { createDrainLoop, type DrainLoop } from '../../src/jobs/drain-loop.ts'
import { createMetrics } from '../../src/observability/metrics.ts'
import { createStripe } from '../../src/stripe/client.ts'
import type { SyncContext } from '../../src/sync/context.ts'
import { createInbox } from '../../src/webhooks/inbox.ts'
import { ReplicaClock, VirtualTime } from '../simulation/virtual-time.ts'
import { useOwnServer } from '../support/own-server.ts'

const server = useOwnServer()
let sandbox: Sandbox
let db: Database
let context: SyncContext
const lines: { level: string; msg: string }[] = []

beforeAll(async () => {
  sandbox = await createSandbox()
  db = connect({ databaseUrl: server.url, connectTimeoutMs: 15_000 })
  const sink = {
    write: (line: string) => void lines.push(JSON.parse(line) as { level: string; msg: string }),
  }
  context = {
    ...{ db, clock: systemClock, metrics: createMetrics({ withProcess: false }), installationId: 'this one' },
    policy: DEFAULT_POLICY,
    stripe: createStripe({ apiKey: sandbox.apiKey, apiBase: sandbox.url, maxNetworkRetries: 0 }),
    log: pino({ level: 'info', formatters: { level: (level) => ({ level }) } }, sink),
  }
})

afterAll(async () => {
  await db.close()
  await sandbox.close()
})

let sequence = 0
/** Of a customer that is not ours: one call to Stripe, then ignored. */
function anEvent() {
  const now = new Date()
  const id = String(++sequence)
  return {
    ...{
      id: `evt_${id}`,
      type: 'customer.updated',
      groupKey: `cus_${id}`,
      apiVersion: null,
      livemode: false,
    },
    ...{ stripeCreatedAt: now, receivedAt: now, payload: Buffer.from('{}'), ignoredBecause: null },
    doorbells: [{ resource: 'customer' as const, id: `cus_${id}` }],
  }
}

async function countPending(): Promise<number> {
  const { rows } = await db.pool.query<{ count: number }>(
    `select count(*) from billhook.events where status = 'pending'`,
  )
  return rows[0]?.count ?? -1
}

async function withLoop(
  options: { pollMs: number },
  work: (loop: DrainLoop) => Promise<void>,
): Promise<void> {
  const loop = createDrainLoop(context, options)
  loop.start()
  try {
    await work(loop)
  } finally {
    await loop.stop()
  }
}

test('what was stored in this process is worked on at once, without waiting for the next look', async () => {
  await withLoop({ pollMs: 600_000 }, async (loop) => {
    const inbox = createInbox({ db, onStored: loop.wake })
    for (let index = 0; index < 20; index++) await inbox.store(anEvent())
    await expect.poll(countPending).toBe(0)
  })
})

test('what is told of one customer within a second is worked off with one look at Stripe, when it has settled', async () => {
  const time = new VirtualTime(Date.now())
  const clock = new ReplicaClock(time)
  const stripe = createStripe({ apiKey: sandbox.apiKey, apiBase: sandbox.url })
  const asked: string[] = []
  stripe.on('request', (request: { path: string }) => asked.push(request.path))
  const loop = createDrainLoop({ ...context, clock, stripe }, { pollMs: 100, settleMs: 1_000 })
  loop.start()
  onTestFinished(() => loop.stop())
  const inbox = createInbox({ db, onStored: loop.wake })
  const first = { ...anEvent(), stripeCreatedAt: clock.now(), receivedAt: clock.now() }
  await inbox.store(first)
  time.moveTo(time.nowMs + 900)
  // It has looked at this moment and found nothing: its next look is the one that the next move brings.
  await expect.poll(() => time.nextDueMs()).toBe(time.nowMs + 100)
  await inbox.store({ ...first, id: `${first.id}_of_the_same`, receivedAt: clock.now() })
  expect([await countPending(), asked]).toEqual([2, []])

  time.moveTo(time.nowMs + 100)
  await expect.poll(countPending).toBe(0)
  expect(asked).toHaveLength(1)
})

test('what another process stored is found by looking now and then', async () => {
  await withLoop({ pollMs: 20 }, async () => {
    await createInbox({ db, onStored: () => undefined }).store(anEvent())
    await expect.poll(countPending).toBe(0)
  })
})

test('after a look that found only payments which are mirrored as paid, the next one follows at once', async () => {
  const events = Array.from({ length: 100 }, () => {
    const event = anEvent()
    return { ...event, type: 'invoice_payment.paid', groupKey: `invoice_payment:inpay_${event.id}` }
  })
  await db.pool.query(
    `insert into billhook.invoice_payments (id, invoice_id, payment_id, status, synced_at)
     select split_part(group_key, ':', 2), 'in_1', 'pi_1', 'paid', now() from unnest($1::text[]) group_key`,
    [events.map(({ groupKey }) => groupKey)],
  )
  const inbox = createInbox({ db, onStored: () => undefined })
  await Promise.all(events.map((event) => inbox.store(event)))
  await withLoop({ pollMs: 600_000 }, async () => {
    await expect.poll(countPending).toBe(0)
  })
})

test('stopping waits for what is under way', async () => {
  await createInbox({ db, onStored: () => undefined }).store(anEvent())
  const called = Promise.withResolvers<void>()
  const stripe = createStripe({ apiKey: sandbox.apiKey, apiBase: sandbox.url })
  stripe.on('request', () => called.resolve())
  const loop = createDrainLoop({ ...context, stripe }, { pollMs: 10 })
  loop.start()
  await called.promise
  await loop.stop()
  expect(await countPending()).toBe(0)
  expect((await db.pool.query('select 1 from billhook.leases')).rows).toEqual([])
})

test('the database goes away and comes back: a delivery fails, and then all goes on by itself', async () => {
  await withLoop({ pollMs: 50 }, async (loop) => {
    const inbox = createInbox({ db, onStored: loop.wake })
    lines.length = 0
    await server.stop()
    await expect(inbox.store(anEvent())).rejects.toThrow()
    await expect.poll(() => lines.map(({ level }) => level)).toContain('error')
    await server.start()
    await inbox.store(anEvent())
    // It looks again after as long as the database was away, half a minute at most.
    await expect.poll(countPending, { timeout: 45_000 }).toBe(0)
  })
  expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1)
}, 90_000)
