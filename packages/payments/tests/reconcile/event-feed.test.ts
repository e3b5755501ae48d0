import { expect, test } from 'vitest'
import { beginFeed, readFeed, readFeedPosition } from '../../src/reconcile/event-feed.ts'
import { takeLease } from '../../src/sync/lease.ts'
import { DOORBELLS } from '../../src/webhooks/doorbells.ts'
import { standingClock } from '../support/clock.ts'
import {
  driftOf,
  feed,
  feedContext,
  feedUndelivered,
  GRACE_MS,
  letPass,
  stripeNow,
} from '../support/reconcile-rig.ts'
import {
  addOwner,
  addPrice,
  buy,
  deliver,
  drain,
  eventsOf,
  mirrorOf,
  statusesOf,
  useSync,
} from '../support/sync-rig.ts'

const clock = standingClock(new Date())
const rig = useSync({ clock })

async function buyAs(ownerId: string) {
  const customer = await addOwner(rig, ownerId)
  const session = await buy(rig, customer, await addPrice(rig))
  return { customer, session, events: await eventsOf(rig, customer) }
}

async function addDeadEndpoint(): Promise<void> {
  await rig.stripe.webhookEndpoints.create({
    url: 'http://127.0.0.1:1/payments/webhook',
    enabled_events: ['*'],
  })
}

/** Whatever has happened by now is older than the grace. */
async function leaveGrace(): Promise<void> {
  await letPass(rig, clock, GRACE_MS / 1000 + 1)
}

test('what no webhook brought is found, drained like a delivery, and recorded as drift', async () => {
  const { session, events } = await buyAs('ann')
  await leaveGrace()
  expect(await feed(rig)).toBeGreaterThan(0)
  await drain(rig)
  expect(await mirrorOf(rig, 'ann')).toMatchObject({
    subscriptions: [{ id: session.subscription, status: 'active' }],
    invoices: [{ status: 'paid' }],
    payments: [{ status: 'succeeded' }],
    checkout_sessions: [{ id: session.id, status: 'complete' }],
  })
  const created = events.find(({ type }) => type === 'customer.subscription.created')
  const drift = (await driftOf(rig, 'ann')).find(({ resource }) => resource === 'subscription')
  expect(drift).toMatchObject({
    resource_id: session.subscription,
    event_id: created?.id,
    event_type: 'customer.subscription.created',
    since: new Date(Number(created?.created) * 1000),
    found_by: 'feed',
    fields: expect.arrayContaining([{ field: 'status', mirror: null, stripe: 'active' }]),
  })
})

test('an event whose webhook may be under way is left alone until its time is over', async () => {
  const { events } = await buyAs('bob')
  clock.set(new Date(Number(events.at(-1)?.created) * 1000 + GRACE_MS - 60_000))
  await feed(rig)
  expect(
    await statusesOf(
      rig,
      events.map(({ id }) => id),
    ),
  ).toEqual({})
  for (const event of events) await deliver(rig, event)
  await leaveGrace()
  await feed(rig)
  const { rows } = await rig.database.db.pool.query(
    'select id from billhook.events where was_missed and id = any($1)',
    [events.map(({ id }) => id)],
  )
  expect(rows).toEqual([])
  await drain(rig)
  expect(await driftOf(rig, 'bob')).toEqual([])
})

test('a missed event whose change another one brought meanwhile is no drift', async () => {
  const { events } = await buyAs('cyd')
  const seen = ['checkout.session.completed', 'customer.created']
  for (const event of events.filter(({ type }) => seen.includes(type))) await deliver(rig, event)
  await drain(rig)
  await leaveGrace()
  expect(await feed(rig)).toBeGreaterThan(0)
  await drain(rig)
  expect(await driftOf(rig, 'cyd')).toEqual([])
})

test('where no webhook endpoint is, nothing is waited for and nothing is missed', async () => {
  const { session } = await buyAs('dot')
  clock.set(stripeNow(rig))
  expect(await feed(rig, { isOnly: true })).toBeGreaterThan(0)
  await drain(rig)
  expect(await mirrorOf(rig, 'dot')).toMatchObject({ subscriptions: [{ id: session.subscription }] })
  expect(await driftOf(rig, 'dot')).toEqual([])
  expect(await feed(rig, { isOnly: true })).toBe(0)
})

test('an event that nothing here listens to is not stored', async () => {
  const customer = await addOwner(rig, 'una')
  await buy(rig, customer, await addPrice(rig))
  const events = await eventsOf(rig, customer)
  const unheard = events.filter(({ type }) => !Object.hasOwn(DOORBELLS, type)).map(({ id }) => id)
  expect(unheard).not.toEqual([])
  clock.set(stripeNow(rig))
  expect(await feed(rig, { isOnly: true })).toBeGreaterThan(0)
  expect(await statusesOf(rig, unheard)).toEqual({})
})

test('while another replica reads, this one does not; a cursor tells how far all have come', async () => {
  const before = await readFeedPosition(rig.context)
  expect(before).toBeGreaterThan(0)
  clock.advance(60_000)
  expect(await takeLease(rig.context, 'job:feed')).not.toBeNull()
  expect(await readFeed(feedContext(rig), { isOnly: false }, new AbortController().signal)).toBeNull()
  expect(await readFeedPosition(rig.context)).toBe(before)
  clock.advance(60_000)
})

test('after an outage of days it reads on from where it stood, hour by hour, and keeps what it has', async () => {
  const { events } = await buyAs('eve')
  const created = Number(events.at(-1)?.created) * 1000
  await letPass(rig, clock, 2 * 3_600)
  await rig.database.db.pool.query("update billhook.cursors set position = $1 where name = 'feed'", [
    JSON.stringify({ until: created / 1000 - 5 * 3600 }),
  ])
  rig.network.calls.length = 0
  let lists = 0
  rig.network.weather = (call) => (call === 'GET /v1/events' && ++lists > 3 ? 'broken' : 'fine')
  await expect(feed(rig)).rejects.toThrow()
  const reached = Number(await readFeedPosition(rig.context))
  expect(reached).toBe(created / 1000 - 2 * 3600)
  rig.network.weather = () => 'fine'
  clock.advance(60_000)
  expect(await feed(rig)).toBeGreaterThan(0)
  await drain(rig)
  expect(await mirrorOf(rig, 'eve')).toMatchObject({ subscriptions: [{ status: 'active' }] })
})

test('what an endpoint never took is found however long ago it was, and in the inbox it is there once', async () => {
  await addDeadEndpoint()
  const { session } = await buyAs('fay')
  await letPass(rig, clock, 10 * 24 * 3_600)
  // As if the feed had gone over them before Stripe listed them.
  await rig.database.db.pool.query("update billhook.cursors set position = $1 where name = 'feed'", [
    JSON.stringify({ until: Math.floor(clock.now().getTime() / 1000) - 130 }),
  ])
  await feed(rig)
  expect(await mirrorOf(rig, 'fay')).toMatchObject({ subscriptions: [] })
  expect(await feedUndelivered(rig)).toBeGreaterThan(0)
  expect(await feedUndelivered(rig)).toBe(0)
  await drain(rig)
  expect(await mirrorOf(rig, 'fay')).toMatchObject({ subscriptions: [{ id: session.subscription }] })
})

test('all that Stripe keeps is looked over once a day, and the last day in between', async () => {
  await addDeadEndpoint()
  await letPass(rig, clock, 25 * 3_600)
  const { session } = await buyAs('gus')
  await letPass(rig, clock, 2 * 24 * 3_600)
  await feedUndelivered(rig)
  // As if these had come to be listed only now.
  await rig.database.db.pool.query('delete from billhook.events')
  expect(await feedUndelivered(rig)).toBe(0)
  await buyAs('hal')
  await letPass(rig, clock, 23 * 3_600)
  expect(await feedUndelivered(rig)).toBeGreaterThan(0)
  await drain(rig)
  expect(await mirrorOf(rig, 'hal')).toMatchObject({ subscriptions: [{ status: 'active' }] })
  expect(await mirrorOf(rig, 'gus')).toMatchObject({ subscriptions: [] })
  await letPass(rig, clock, 2 * 3_600)
  await feedUndelivered(rig)
  await drain(rig)
  expect(await mirrorOf(rig, 'gus')).toMatchObject({ subscriptions: [{ id: session.subscription }] })
})

test('what happens after the first start is read, however late the first look comes', async () => {
  await rig.database.db.pool.query("delete from billhook.cursors where name = 'feed'")
  clock.set(stripeNow(rig))
  await beginFeed(rig.context)
  await buyAs('zoe')
  await letPass(rig, clock, 25 * 3_600)
  expect(await feed(rig)).toBeGreaterThan(0)
})

test.each([{ isOnly: true }, { isOnly: false }])(
  'a clock of ours that is ten minutes ahead hides no event and takes none for missed: $isOnly',
  async (options) => {
    const ahead = () => clock.set(new Date(stripeNow(rig).getTime() + 10 * 60_000))
    await letPass(rig, clock, 600)
    ahead()
    await feed(rig, options)
    const { session } = await buyAs(`ahead.${options.isOnly}`)
    ahead()
    if (!options.isOnly) expect(await feed(rig, options)).toBe(0)
    await letPass(rig, clock, GRACE_MS / 1000 + 1)
    ahead()
    expect(await feed(rig, options)).toBeGreaterThan(0)
    await drain(rig)
    const mirror = await mirrorOf(rig, `ahead.${options.isOnly}`)
    expect(mirror).toMatchObject({ subscriptions: [{ id: session.subscription }] })
  },
)
