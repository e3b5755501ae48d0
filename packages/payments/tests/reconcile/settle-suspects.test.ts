import { afterEach, expect, test } from 'vitest'
import { addSuspects, countSuspects, readSuspectFigures } from '../../src/db/queries/suspects.ts'
import { createReconciliation } from '../../src/jobs/reconcile.ts'
import { settleSuspects } from '../../src/reconcile/settle-suspects.ts'
import { giveLeaseBack, takeLease } from '../../src/sync/lease.ts'
import { standingClock } from '../support/clock.ts'
import { feedContext } from '../support/reconcile-rig.ts'
import { addOwner, addPrice, buy, mirrorOf, useSync } from '../support/sync-rig.ts'

const clock = standingClock(new Date())
const rig = useSync({ clock })
const NEVER = new AbortController().signal

afterEach(async () => {
  rig.network.weather = () => 'fine'
  await rig.database.db.pool.query('truncate billhook.suspects')
})

/** Somebody who has bought unheard, and is suspected. */
async function suspected(ownerId: string): Promise<string> {
  const stripeCustomerId = await addOwner(rig, ownerId)
  const id = String((await buy(rig, stripeCustomerId, await addPrice(rig))).subscription)
  await addSuspects(rig.database.db.query, [{ resource: 'subscription', id, stripeCustomerId }], clock.now())
  return stripeCustomerId
}

async function gauge(name: string): Promise<number> {
  const metric = rig.context.metrics.registry.getSingleMetric(name)
  return (await metric?.get())?.values[0]?.value ?? Number.NaN
}

/** Every job that reconciles, without sweeps. */
async function whileJobsRun(work: () => Promise<void>): Promise<void> {
  const context = Object.assign(feedContext(rig), { frontendUrl: 'https://shop.example' })
  const settings = { feed: 'off' as const, feedEveryMs: 60_000, sweepEveryMs: null }
  const jobs = createReconciliation(context, settings, () => undefined)
  for (const job of jobs) job.start()
  try {
    await work()
  } finally {
    await Promise.all(jobs.map((job) => job.stop()))
  }
}

test('what leftovers and backfills suspect is settled where no sweep runs', async () => {
  await suspected('ann')
  await whileJobsRun(() => expect.poll(() => countSuspects(rig.database.db.query)).toBe(0))
  expect(await mirrorOf(rig, 'ann')).toMatchObject({ subscriptions: [{ status: 'active' }] })
})

test('several customers are settled at a time', async () => {
  for (const ownerId of ['bob', 'cyd']) await suspected(ownerId)
  let asked = 0
  const both = Promise.withResolvers<'fine'>()
  rig.network.weather = (call) => {
    if (!call.startsWith('GET /v1/subscriptions/')) return 'fine'
    if (++asked === 2) both.resolve('fine')
    return both.promise
  }
  expect(await settleSuspects(rig.context, NEVER)).toBe(2)
})

test('whose customer somebody else is syncing is left alone, and holds up nobody', async () => {
  const busy = await suspected('dot')
  await suspected('eve')
  const lease = await takeLease(rig.context, busy)
  expect(await settleSuspects(rig.context, NEVER)).toBe(1)
  await giveLeaseBack(rig.context, lease!)
  expect(await settleSuspects(rig.context, NEVER)).toBe(1)
})

test('suspects that nobody can ask for are seen in the metrics', async () => {
  await suspected('fay')
  rig.network.weather = () => 'unreachable'
  clock.advance(2 * 60 * 60_000)
  await whileJobsRun(async () => {
    await expect.poll(() => gauge('billhook_sweep_suspects_overdue_seconds')).toBeGreaterThan(3_600)
    expect(await gauge('billhook_sweep_suspects')).toBe(1)
  })
})

test('one whose customer Stripe cannot read waits, and holds up nobody', async () => {
  const stripeCustomerId = (await rig.stripe.customers.create({})).id
  await suspected('gus')
  const suspect = { resource: 'subscription' as const, id: 'sub_of_nobody', stripeCustomerId }
  await addSuspects(rig.database.db.query, [suspect], new Date(clock.now().getTime() - 1_000))
  rig.network.weather = (call) => (call.endsWith(stripeCustomerId) ? 'broken' : 'fine')
  expect(await settleSuspects(rig.context, NEVER)).toBe(2)
  expect(await countSuspects(rig.database.db.query)).toBe(1)
  expect(await mirrorOf(rig, 'gus')).toMatchObject({ subscriptions: [{ status: 'active' }] })
})

test('however many are suspected at once are taken up, each once', async () => {
  const { query } = rig.database.db
  const many = Array.from({ length: 20_000 }, (_, index) => suspect(`sub_${index}`))
  await addSuspects(query, [...many, suspect('sub_0')], clock.now())
  expect(await countSuspects(query)).toBe(20_000)
})

test('one that is suspected again is put off by nobody, and waits no longer for a clock that was ahead', async () => {
  const { query } = rig.database.db
  const dueAfter = async (minutes: number) => {
    await addSuspects(query, [suspect('sub_again')], new Date(clock.now().getTime() + minutes * 60_000))
    const { dueAt } = await readSuspectFigures(query)
    return (Number(dueAt) - clock.now().getTime()) / 60_000
  }
  expect(await dueAfter(365 * 24 * 60)).toBe(365 * 24 * 60)
  expect(await dueAfter(2)).toBe(2)
  expect(await dueAfter(3)).toBe(2)
})

function suspect(id: string) {
  return { resource: 'subscription' as const, id, stripeCustomerId: 'cus_of_many' }
}
