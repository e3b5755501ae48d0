import pino from 'pino'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { writeCursor } from '../../src/db/queries/cursors.ts'
import { FEED_CURSOR } from '../../src/domain/event-feed.ts'
import { createDrainLoop } from '../../src/jobs/drain-loop.ts'
import { createStripe } from '../../src/stripe/client.ts'
import type { SyncContext } from '../../src/sync/context.ts'
import { LONGEST_WAIT_MS, MOST_ATTEMPTS } from '../../src/webhooks/backoff.ts'
import { createInbox } from '../../src/webhooks/inbox.ts'
import { standingClock } from '../support/clock.ts'
import { contextWith, drain, useSync } from '../support/sync-rig.ts'

const clock = standingClock(new Date())
const rig = useSync({ clock })
let said: string[] = []
let context: SyncContext

beforeEach(async () => {
  await rig.database.db.pool.query('truncate billhook.events, billhook.leases, billhook.cursors')
  said = []
  const log = pino({}, { write: (line: string) => void said.push(String(JSON.parse(line).msg)) })
  const { apiKey } = rig.sandbox
  context = { ...contextWith(rig, { apiKey, url: rig.network.url, timeoutMs: 250 }), log }
})

afterEach(() => {
  rig.network.weather = () => 'fine'
})

/** Of a customer that is not ours: one call to Stripe, then ignored. */
async function tell(customer: string, dueAt: Date = clock.now()): Promise<void> {
  await createInbox({ db: rig.database.db, onStored: () => undefined }).store({
    ...{ id: `evt_${customer}`, type: 'customer.updated', groupKey: customer, apiVersion: null },
    ...{ livemode: false, stripeCreatedAt: dueAt, receivedAt: dueAt, payload: Buffer.from('{}') },
    ...{ ignoredBecause: null, doorbells: [{ resource: 'customer', id: customer }] },
  })
}

async function rowOf(customer: string) {
  const row = rig.database.db.query.selectFrom('events').select(['status', 'attempts'])
  return await row.where('id', '=', `evt_${customer}`).executeTakeFirstOrThrow()
}

async function tryAgainAndAgain(isFeedRead: boolean): Promise<void> {
  for (let attempt = 0; attempt <= MOST_ATTEMPTS; attempt++) {
    if (isFeedRead) await writeCursor(rig.database.db.query, FEED_CURSOR, {}, clock.now())
    await drain({ ...rig, context })
    clock.advance(LONGEST_WAIT_MS)
  }
}

function startLoop(): void {
  const loop = createDrainLoop(context, { pollMs: 20 })
  loop.start()
  onTestFinished(() => loop.stop())
}

const asked = (customer: string) => rig.network.calls.filter((call) => call.endsWith(customer)).length

test('an object for which Stripe never answers ends as dead, and holds up nobody', async () => {
  await tell('cus_mute')
  await tell('cus_heard')
  rig.network.weather = (call) => (call.endsWith('cus_mute') ? 'silent' : 'fine')
  await tryAgainAndAgain(true)
  expect(await rowOf('cus_mute')).toEqual({ status: 'dead', attempts: MOST_ATTEMPTS })
  expect(await rowOf('cus_heard')).toMatchObject({ status: 'ignored' })
}, 30_000)

test('while Stripe answers nobody in time no event dies of it, and soon nobody is asked', async () => {
  await tell('cus_before')
  await drain({ ...rig, context })
  for (let each = 0; each < 6; each++) await tell(`cus_out${each}`)
  rig.network.weather = () => 'silent'
  rig.network.calls.length = 0
  await drain({ ...rig, context })
  expect(rig.network.calls).toHaveLength(5)
  await tryAgainAndAgain(false)
  expect(await rowOf('cus_out0')).toMatchObject({ status: 'pending' })
  rig.network.weather = () => 'fine'
  await expect
    .poll(
      async () => {
        await drain({ ...rig, context })
        clock.advance(LONGEST_WAIT_MS)
        return await rowOf('cus_out0')
      },
      { timeout: 45_000 },
    )
    .toMatchObject({ status: 'ignored' })
}, 60_000)

test('one object for which Stripe never answers is no outage', async () => {
  rig.network.weather = (call) => (call.endsWith('cus_dumb') ? 'silent' : 'fine')
  await tell('cus_dumb')
  startLoop()
  for (let each = 1; each <= 6; each++) {
    await expect
      .poll(() => rowOf('cus_dumb'), { timeout: 5_000 })
      .toEqual({ status: 'pending', attempts: each })
    clock.advance(LONGEST_WAIT_MS)
  }
  await tell('cus_after')
  await expect.poll(() => rowOf('cus_after')).toMatchObject({ status: 'ignored' })
  expect(said).not.toContain('Working off events stopped: will go on by itself')
}, 30_000)

test('during an outage the next turn is that of a group that has not failed', async () => {
  rig.network.weather = (call) => (call.endsWith('cus_gone') ? 'unreachable' : 'fine')
  await tell('cus_gone')
  await tell('cus_next', new Date(clock.now().getTime() + 10_000))
  startLoop()
  await expect.poll(() => said).toHaveLength(1)
  rig.network.calls.length = 0
  clock.advance(20_000)
  await expect.poll(() => rowOf('cus_next')).toMatchObject({ status: 'ignored' })
  expect(rig.network.calls[0]).toContain('cus_next')
})

test('a group that failed and now waits for Stripe without end leaves others a turn', async () => {
  const released = Promise.withResolvers<'fine'>()
  const { apiKey } = rig.sandbox
  context = { ...context, stripe: createStripe({ apiKey, apiBase: rig.network.url, timeoutMs: 120_000 }) }
  rig.network.weather = () => 'unreachable'
  await tell('cus_first')
  startLoop()
  // Before the loop is waited for, which waits for that.
  onTestFinished(() => released.resolve('fine'))
  await expect.poll(() => said).toHaveLength(1)
  rig.network.weather = (call) => (call.endsWith('cus_first') ? released.promise : 'fine')
  rig.network.calls.length = 0
  clock.advance(LONGEST_WAIT_MS)
  await expect.poll(() => asked('cus_first')).toBe(1)
  await tell('cus_second')
  await expect.poll(() => rowOf('cus_second')).toMatchObject({ status: 'ignored' })
  expect(await rowOf('cus_first')).toMatchObject({ status: 'pending' })
})
