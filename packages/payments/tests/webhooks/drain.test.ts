import { randomBytes } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import { writeCursor } from '../../src/db/queries/cursors.ts'
import { FEED_CURSOR } from '../../src/domain/event-feed.ts'
import { LONGEST_WAIT_MS, MOST_ATTEMPTS } from '../../src/webhooks/backoff.ts'
import { drainGroup } from '../../src/webhooks/drain.ts'
import { standingClock } from '../support/clock.ts'
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

afterEach(() => {
  rig.network.weather = () => 'fine'
})

/** Says that another customer's subscription is this one's: no sync of it can ever succeed. */
async function poisonFor(customer: string): Promise<{ id: string }> {
  const stranger = await rig.stripe.customers.create({})
  const { subscription } = await buy(rig, stranger.id, await addPrice(rig))
  return {
    id: `evt_${randomBytes(8).toString('hex')}`,
    ...{ object: 'event', api_version: null, livemode: false, type: 'customer.subscription.updated' },
    ...{
      created: Math.floor(clock.now().getTime() / 1000),
      data: { object: { id: subscription, customer } },
    },
  }
}

async function eventRow(id: string) {
  return await rig.database.db.query
    .selectFrom('events')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
}

function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : 1
}

test('an event that cannot be processed does not hold back its siblings of the same customer', async () => {
  const customer = await addOwner(rig, 'ann')
  await buy(rig, customer, await addPrice(rig))
  const poison = await poisonFor(customer)
  await deliver(rig, poison)
  const events = await eventsOf(rig, customer)
  for (const event of events) await deliver(rig, event)
  await drain(rig)
  const statuses = await statusesOf(rig, [poison.id, ...events.map((event) => event.id)])
  expect(Object.keys(statuses).filter((id) => statuses[id] === 'pending')).toEqual([poison.id])
  expect(await mirrorOf(rig, 'ann')).toMatchObject({ subscriptions: [{ status: 'active' }] })
})

test('an event that keeps failing waits longer each time, then is dead, with its error', async () => {
  const poison = await poisonFor(await addOwner(rig, 'bob'))
  await deliver(rig, poison)
  const waits: number[] = []
  for (let attempt = 1; attempt < MOST_ATTEMPTS; attempt++) {
    await drain(rig)
    const { next_attempt_at, status } = await eventRow(poison.id)
    expect(status).toBe('pending')
    waits.push(next_attempt_at!.getTime() - clock.now().getTime())
    clock.set(next_attempt_at!)
  }
  await drain(rig)
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300].map((seconds) => seconds * 1_000))
  expect(await eventRow(poison.id)).toMatchObject({
    status: 'dead',
    attempts: MOST_ATTEMPTS,
    next_attempt_at: null,
    last_error: expect.stringContaining('ForeignResource'),
  })
})

test('while Stripe cannot be reached events wait, however long, and none dies of it', async () => {
  const customer = await addOwner(rig, 'cyd')
  await buy(rig, customer, await addPrice(rig))
  const events = await eventsOf(rig, customer)
  for (const event of events) await deliver(rig, event)
  rig.network.weather = () => 'unreachable'
  for (let attempt = 0; attempt < MOST_ATTEMPTS + 3; attempt++) {
    await drain(rig)
    clock.advance(5 * 60_000)
  }
  const rows = await Promise.all(events.map((event) => eventRow(event.id)))
  const waiting = rows.filter((row) => row.status !== 'ignored')
  expect(new Set(waiting.map((row) => `${row.status} ${row.attempts}`))).toEqual(new Set(['pending 0']))

  rig.network.weather = () => 'fine'
  await drain(rig)
  expect(await mirrorOf(rig, 'cyd')).toMatchObject({ subscriptions: [{ status: 'active' }] })
})

test('an object at which Stripe fails again and again ends as dead, and holds up nobody', async () => {
  const { broken, other } = await failingAtOne('una', 'vic')
  rig.network.weather = (call) => (call.includes(broken.subscription) ? 'broken' : 'fine')
  await tryAgainAndAgain(async () => {
    await writeCursor(rig.database.db.query, FEED_CURSOR, {}, clock.now())
  })
  expect(await eventRow(broken.event)).toMatchObject({ status: 'dead', attempts: MOST_ATTEMPTS })
  expect(await eventRow(other.event)).toMatchObject({ status: 'processed' })
})

test('while Stripe answers nothing but errors no event dies of it, however long that lasts', async () => {
  const { broken, other } = await failingAtOne('wim', 'xia')
  rig.network.weather = () => 'broken'
  await tryAgainAndAgain()
  await tryAgainAndAgain()
  expect(await eventRow(broken.event)).toMatchObject({ status: 'pending' })
  rig.network.weather = () => 'fine'
  await tryAgainAndAgain()
  expect(await statusesOf(rig, [broken.event, other.event])).toEqual({
    [broken.event]: 'processed',
    [other.event]: 'processed',
  })
})

/** An event of each of two owners' subscriptions. */
async function failingAtOne(...ownerIds: [string, string]) {
  const [broken, other] = await Promise.all(
    ownerIds.map(async (ownerId) => {
      const customer = await addOwner(rig, ownerId)
      const { subscription } = await buy(rig, customer, await addPrice(rig))
      const events = await eventsOf(rig, customer)
      const event = events.find(({ type }) => type === 'customer.subscription.created')
      await deliver(rig, event!)
      return { subscription: String(subscription), event: event!.id }
    }),
  )
  return { broken: broken!, other: other! }
}

async function tryAgainAndAgain(before?: () => Promise<void>): Promise<void> {
  for (let attempt = 0; attempt <= MOST_ATTEMPTS; attempt++) {
    await before?.()
    await drain(rig)
    clock.advance(LONGEST_WAIT_MS)
  }
}

test('an event that arrives while its customer is being fetched stays for the next sync', async () => {
  const customer = await addOwner(rig, 'dan')
  await buy(rig, customer, await addPrice(rig))
  const [first, second] = await eventsOf(rig, customer)
  await deliver(rig, first!)
  const late = Promise.withResolvers<void>()
  rig.network.weather = async () => {
    await deliver(rig, second!)
    late.resolve()
    return 'fine' as const
  }
  await drainGroup({ ...rig.context, random: () => 0.5 }, customer)
  await late.promise
  expect(await statusesOf(rig, [first!.id, second!.id])).toEqual({
    [first!.id]: 'processed',
    [second!.id]: 'pending',
  })
})

test('however many bells rang for it, each resource is fetched once', async () => {
  const customer = await addOwner(rig, 'eve')
  await buy(rig, customer, await addPrice(rig))
  for (const event of await eventsOf(rig, customer)) await deliver(rig, event)
  rig.network.calls.length = 0
  await drain(rig)
  expect(rig.network.calls).toHaveLength(new Set(rig.network.calls).size)
})

test('a second live subscription of one owner is found and told once', async () => {
  const customer = await addOwner(rig, 'fay')
  const price = await addPrice(rig)
  const first = await buy(rig, customer, price)
  const second = await buy(rig, customer, price)
  for (const event of await eventsOf(rig, customer)) await deliver(rig, event)
  await drain(rig)
  const ids = [first, second]
    .map((session) => String(session.subscription))
    .toSorted(byCodePoint)
    .join(',')
  const { outbox } = await mirrorOf(rig, 'fay')
  expect(outbox!.filter((key) => String(key).startsWith('duplicate_'))).toEqual([
    `duplicate_subscription.detected:${ids}`,
  ])
})

test('a customer deleted at Stripe makes its row history, and its subscription ends', async () => {
  const customer = await addOwner(rig, 'gil')
  await buy(rig, customer, await addPrice(rig))
  for (const event of await eventsOf(rig, customer)) await deliver(rig, event)
  await drain(rig)
  await rig.stripe.customers.del(customer)
  for (const event of await eventsOf(rig, customer)) await deliver(rig, event)
  await drain(rig)
  const { query } = rig.database.db
  const row = await query
    .selectFrom('customers')
    .selectAll()
    .where('owner_id', '=', 'gil')
    .executeTakeFirstOrThrow()
  expect(row.deleted_at).not.toBeNull()
  expect(await mirrorOf(rig, 'gil')).toMatchObject({ subscriptions: [{ status: 'canceled' }] })
})

test('a refund counts on its payment, and is told', async () => {
  const customer = await addOwner(rig, 'hal')
  await buy(rig, customer, await addPrice(rig, false))
  for (const event of await eventsOf(rig, customer)) await deliver(rig, event)
  await drain(rig)
  const [payment] = (await rig.stripe.paymentIntents.list({ customer })).data
  const refund = await rig.stripe.refunds.create({ payment_intent: payment!.id, amount: 700 })
  for (const event of await eventsOf(rig, customer)) await deliver(rig, event)
  for (const event of (await rig.stripe.events.list({ limit: 20 })).data) {
    if (JSON.stringify(event).includes(refund.id)) await deliver(rig, event)
  }
  await drain(rig)
  const mirror = await mirrorOf(rig, 'hal')
  expect(mirror).toMatchObject({
    payments: [{ id: payment!.id, amount_refunded_minor: 700 }],
    refunds: [{ id: refund.id, amount_minor: 700, payment_id: payment!.id }],
  })
  expect(mirror.outbox).toContainEqual(expect.stringContaining(`purchase.refunded:${payment!.id}:700:`))
})

test('a declined card is told once per attempt, and changes nothing else', async () => {
  const customer = await addOwner(rig, 'ida')
  const price = await addPrice(rig, false)
  await buy(rig, customer, price, '4000 0000 0000 0002')
  for (const event of await eventsOf(rig, customer)) await deliver(rig, event)
  await drain(rig)
  const { outbox, payments } = await mirrorOf(rig, 'ida')
  expect(payments).toMatchObject([{ status: 'requires_payment_method', failure_code: 'generic_decline' }])
  expect(outbox).toHaveLength(1)
  expect(outbox?.[0]).toContain('payment.failed:')
})

test('two replicas that drain the same customer at once fetch once, and lose nothing', async () => {
  const customer = await addOwner(rig, 'jim')
  await buy(rig, customer, await addPrice(rig))
  const events = await eventsOf(rig, customer)
  for (const event of events) await deliver(rig, event)
  rig.network.calls.length = 0
  // The first one to ask Stripe waits there until the other has looked.
  const looked = Promise.withResolvers<void>()
  rig.network.weather = async () => {
    await looked.promise
    return 'fine' as const
  }
  const replica = { ...rig.context, random: () => 0.5 }
  const both = [drainGroup(replica, customer), drainGroup(replica, customer)]
  Promise.race(both)
    .finally(() => looked.resolve())
    .catch(() => undefined)
  const outcomes = await Promise.all(both)
  expect(outcomes.toSorted(byCodePoint)).toEqual(['busy', 'worked'])
  expect(rig.network.calls).toHaveLength(new Set(rig.network.calls).size)
  expect(
    Object.values(
      await statusesOf(
        rig,
        events.map((event) => event.id),
      ),
    ),
  ).not.toContain('pending')
})

test('an invoice brings its subscription: a paid one costs two calls, for itself and for its payment', async () => {
  const customer = await addOwner(rig, 'zoe')
  const { invoice } = await buy(rig, customer, await addPrice(rig))
  const [payment] = await rig.stripe.paymentIntents.list({ customer }).then(({ data }) => data)
  for (const event of await eventsOf(rig, customer)) {
    if (/^(customer\.subscription|invoice|payment_intent|charge)/.test(event.type)) await deliver(rig, event)
  }
  rig.network.calls.length = 0
  await drainGroup({ ...rig.context, random: () => 0.5 }, customer)
  expect(rig.network.calls).toEqual([
    `GET /v1/invoices/${String(invoice)}`,
    `GET /v1/payment_intents/${String(payment?.id)}`,
  ])
  expect(await mirrorOf(rig, 'zoe')).toMatchObject({ subscriptions: [{ status: 'active' }] })
})
