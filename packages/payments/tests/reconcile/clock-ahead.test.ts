import { afterEach, expect, test } from 'vitest'
import { beginFeed, readFeedPosition } from '../../src/reconcile/event-feed.ts'
import { sweep } from '../../src/reconcile/sweep.ts'
import { standingClock } from '../support/clock.ts'
import { feed, GRACE_MS, letPass, stripeNow } from '../support/reconcile-rig.ts'
import { addOwner, addPrice, buy, drain, mirrorOf, useSync } from '../support/sync-rig.ts'

const HOUR_MS = 60 * 60_000
const YEAR_MS = 365 * 24 * HOUR_MS
const clock = standingClock(new Date())
const rig = useSync({ clock })
const NEVER = new AbortController().signal

afterEach(async () => {
  rig.network.weather = () => 'fine'
  await rig.database.db.pool.query('truncate billhook.suspects, billhook.cursors')
})

async function sweepIfDue(): Promise<boolean> {
  rig.network.calls.length = 0
  await sweep(rig.context, { everyMs: 6 * HOUR_MS, graceMs: GRACE_MS }, NEVER)
  return rig.network.calls.length > 0
}

async function finishedAt(): Promise<number> {
  const metric = rig.context.metrics.registry.getSingleMetric('billhook_sweep_finished_timestamp_seconds')
  return Number((await metric?.get())?.values[0]?.value) * 1000
}

test('a sweep that ended at a time to come is followed by another, and is not told as the last', async () => {
  clock.advance(YEAR_MS)
  expect(await sweepIfDue()).toBe(true)
  clock.advance(-YEAR_MS)
  rig.network.weather = (call) => (call === 'GET /v1/invoices' ? 'broken' : 'fine')
  await expect(sweepIfDue()).rejects.toThrow()
  expect(await finishedAt()).toBe(0)
  rig.network.weather = () => 'fine'
  expect(await sweepIfDue()).toBe(true)
  expect(await finishedAt()).toBe(clock.now().getTime())
})

test('one that ended by the clock of a replica that is a little ahead counts', async () => {
  clock.advance(20_000)
  expect(await sweepIfDue()).toBe(true)
  clock.advance(-20_000)
  expect(await sweepIfDue()).toBe(false)
  clock.advance(6 * HOUR_MS)
  expect(await sweepIfDue()).toBe(false)
  clock.advance(20_000)
  expect(await sweepIfDue()).toBe(true)
})

test.each([
  { isOnly: true, isSetRight: true },
  { isOnly: true, isSetRight: false },
  { isOnly: false, isSetRight: true },
])(
  'what happened after a first start whose clock was a year ahead is read: %j',
  async ({ isOnly, isSetRight }) => {
    const ownerId = `ahead.${isOnly}.${isSetRight}`
    const ahead = () => clock.set(new Date(stripeNow(rig).getTime() + YEAR_MS))
    ahead()
    await beginFeed(rig.context)
    const session = await buy(rig, await addOwner(rig, ownerId), await addPrice(rig))
    await letPass(rig, clock, 20 * 60)
    if (!isSetRight) ahead()
    expect(await feed(rig, { isOnly })).toBeGreaterThan(0)
    await drain(rig)
    expect(await mirrorOf(rig, ownerId)).toMatchObject({ subscriptions: [{ id: session.subscription }] })
    expect(await readFeedPosition(rig.context)).toBeLessThanOrEqual(stripeNow(rig).getTime() / 1000)
    expect(await feed(rig, { isOnly })).toBe(0)
  },
)
