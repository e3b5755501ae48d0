import pino from 'pino'
import { afterEach, expect, test } from 'vitest'
import { readCursor } from '../../src/db/queries/cursors.ts'
import { acquireLease, type Lease, releaseLease } from '../../src/db/queries/leases.ts'
import { countSuspects } from '../../src/db/queries/suspects.ts'
import { BACKFILL_LEASE } from '../../src/reconcile/job-lease.ts'
import { settleSuspects } from '../../src/reconcile/settle-suspects.ts'
import { sweep } from '../../src/reconcile/sweep.ts'
import { syncCatalogue } from '../../src/sync/catalogue.ts'
import { standingClock } from '../support/clock.ts'
import { differing, driftOf, GRACE_MS, sweepAndSettle } from '../support/reconcile-rig.ts'
import {
  addOwner,
  addPrice,
  buy,
  deliver,
  drain,
  eventsOf,
  mirrorOf,
  type SyncRig,
  useSync,
} from '../support/sync-rig.ts'

const clock = standingClock(new Date())
const rig = useSync({ clock })
const NEVER = new AbortController().signal

afterEach(async () => {
  rig.network.weather = () => 'fine'
  await rig.database.db.pool.query('truncate billhook.suspects, billhook.cursors')
  clock.advance(GRACE_MS)
})

/** An owner whose mirror is right. */
async function subscribed(ownerId: string) {
  const customer = await addOwner(rig, ownerId)
  const session = await buy(rig, customer, await addPrice(rig))
  for (const event of await eventsOf(rig, customer)) await deliver(rig, event)
  await drain(rig)
  return { customer, subscription: String(session.subscription), session }
}

test('a change of which nothing told is found, repaired under the lease, and recorded field by field', async () => {
  const { customer, subscription } = await subscribed('ann')
  const rightAt = clock.now()
  clock.advance(60_000)
  await rig.stripe.subscriptions.update(subscription, { cancel_at_period_end: true })
  await sweepAndSettle(rig, clock)
  expect(await differing(rig, 'ann', customer)).toEqual([])
  const [drift, ...more] = await driftOf(rig, 'ann')
  expect(more).toEqual([])
  expect(drift).toMatchObject({
    resource: 'subscription',
    resource_id: subscription,
    owner_id: 'ann',
    found_by: 'sweep',
    event_id: null,
    since: rightAt,
    found_at: clock.now(),
  })
  expect(drift?.fields).toContainEqual({ field: 'cancel_at_period_end', mirror: false, stripe: true })
})

test('one that ended, and that the list leaves out for it, is asked for by its id', async () => {
  const { subscription } = await subscribed('bob')
  await rig.stripe.subscriptions.cancel(subscription)
  await sweepAndSettle(rig, clock)
  expect(await mirrorOf(rig, 'bob')).toMatchObject({ subscriptions: [{ status: 'canceled' }] })
  expect(await driftOf(rig, 'bob')).toMatchObject([{ resource: 'subscription', found_by: 'sweep' }])
})

test('one at which Stripe fails waits, and keeps nobody from being repaired', async () => {
  const [broken, other] = [await subscribed('tim'), await subscribed('tom')]
  for (const { subscription } of [broken, other]) await rig.stripe.subscriptions.cancel(subscription)
  rig.network.weather = (call) =>
    call === `GET /v1/subscriptions/${broken.subscription}` ? 'broken' : 'fine'
  await sweepAndSettle(rig, clock)
  expect(await mirrorOf(rig, 'tom')).toMatchObject({ subscriptions: [{ status: 'canceled' }] })
  rig.network.weather = () => 'fine'
  clock.advance(10 * 60_000)
  await settleSuspects(rig.context, NEVER)
  expect(await mirrorOf(rig, 'tim')).toMatchObject({ subscriptions: [{ status: 'canceled' }] })
})

test('a backfill at work is left alone: what it has still to bring was not missed', async () => {
  const customer = await addOwner(rig, 'uli')
  await buy(rig, customer, await addPrice(rig))
  const { db } = rig.database
  const options = { everyMs: 0, graceMs: 0 }
  const until = new Date(clock.now().getTime() + 10_000)
  const lease = await acquireLease(db.query, BACKFILL_LEASE, clock.now(), until)
  await sweep(rig.context, options, NEVER)
  const callsBeside = rig.network.calls.length
  expect(await readCursor(db.query, 'sweep')).toBeNull()

  await releaseLease(db.query, lease!)
  await sweep(rig.context, options, NEVER)
  expect(rig.network.calls.length).toBeGreaterThan(callsBeside)
  expect(await countSuspects(db.query)).toBeGreaterThan(0)
})

test('a sweep under way stands still while a backfill is at work, and goes on behind it', async () => {
  const { db } = rig.database
  const options = { everyMs: 0, graceMs: 0 }
  let lease: Lease | null = null
  rig.network.weather = async () => {
    const until = new Date(clock.now().getTime() + 10_000)
    lease ??= await acquireLease(db.query, BACKFILL_LEASE, clock.now(), until)
    return 'fine' as const
  }
  await sweep(rig.context, options, NEVER)
  expect(await readCursor(db.query, 'sweep')).toMatchObject({ finishedAt: null })

  await releaseLease(db.query, lease!)
  rig.network.weather = () => 'fine'
  await sweep(rig.context, options, NEVER)
  expect(await readCursor(db.query, 'sweep')).toMatchObject({ finishedAt: expect.any(String) })
})

test('a list that is empty although it should not be downgrades nobody', async () => {
  const { customer, subscription } = await subscribed('cyd')
  await withEmptyLists(rig, () => sweepAndSettle(rig, clock))
  expect(rig.network.calls).toContain(`GET /v1/subscriptions/${subscription}`)
  expect(await differing(rig, 'cyd', customer)).toEqual([])
  expect(await driftOf(rig, 'cyd')).toEqual([])
})

test('a list that breaks off ends nothing; the next look goes on at the same page', async () => {
  const { customer } = await subscribed('dot')
  rig.network.weather = (call) => (call === 'GET /v1/invoices' ? 'broken' : 'fine')
  const failing = sweep(rig.context, { everyMs: 0, graceMs: 0 }, NEVER)
  await expect(failing).rejects.toThrow()
  expect(await readCursor(rig.database.db.query, 'sweep')).toMatchObject({ part: 1, finishedAt: null })
  rig.network.weather = () => 'fine'
  rig.network.calls.length = 0
  await sweepAndSettle(rig, clock)
  expect(rig.network.calls).not.toContain('GET /v1/subscriptions')
  expect(await readCursor(rig.database.db.query, 'sweep')).toMatchObject({ finishedAt: expect.any(String) })
  expect(await differing(rig, 'dot', customer)).toEqual([])
})

test('what a webhook brings within its time is no drift', async () => {
  const { customer, subscription } = await subscribed('eve')
  await rig.stripe.subscriptions.update(subscription, { cancel_at_period_end: true })
  await sweep(rig.context, { everyMs: 0, graceMs: GRACE_MS }, NEVER)
  expect(await countSuspects(rig.database.db.query)).toBe(1)
  await settleSuspects(rig.context, NEVER)
  expect(await countSuspects(rig.database.db.query)).toBe(1)
  for (const event of await eventsOf(rig, customer)) await deliver(rig, event)
  clock.advance(GRACE_MS)
  // Events wait for this customer: they come first.
  await settleSuspects(rig.context, NEVER)
  expect(await countSuspects(rig.database.db.query)).toBe(1)
  await drain(rig)
  clock.advance(GRACE_MS)
  await settleSuspects(rig.context, NEVER)
  expect(await countSuspects(rig.database.db.query)).toBe(0)
  expect(await driftOf(rig, 'eve')).toEqual([])
})

test('one that cannot be read keeps nobody behind it from being compared, and its own sync says why', async () => {
  const [unreadable, other] = [await subscribed('kim'), await subscribed('lea')]
  await rig.stripe.subscriptions.update(other.subscription, { cancel_at_period_end: true })
  const { store } = rig.sandbox.context
  const sold = store.get('subscription', unreadable.subscription)
  if (!sold) throw new Error('it was bought')
  // Put there by hand: the local Stripe makes none without items.
  store.transaction(() => store.put('subscription', { ...sold, items: { ...sold.items, data: [] } }))
  const lines: string[] = []
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) })
  await sweepAndSettle({ ...rig, context: { ...rig.context, log } }, clock)
  expect(await readCursor(rig.database.db.query, 'sweep')).toMatchObject({ finishedAt: expect.any(String) })
  expect(await mirrorOf(rig, 'lea')).toMatchObject({ subscriptions: [{ cancel_at_period_end: true }] })
  expect(lines).toEqual([expect.stringContaining(`Subscription ${unreadable.subscription} has no items`)])
  expect(await countSuspects(rig.database.db.query)).toBe(0)
  store.transaction(() => store.put('subscription', sold))
})

test('a session that ended unheard ends its reservation', async () => {
  const customer = await addOwner(rig, 'fay')
  const price = await addPrice(rig)
  const session = await rig.stripe.checkout.sessions.create({
    mode: 'subscription',
    customer,
    line_items: [{ price: price.id, quantity: 1 }],
    success_url: 'https://shop.example/success',
  })
  const id = crypto.randomUUID()
  await rig.database.db.query
    .insertInto('reservations')
    .values({
      ...{ id, owner_id: 'fay', price_id: price.id, fingerprint: 'f', session_parameters: '{}' },
      ...{ status: 'open', stripe_session_id: session.id, checkout_url: session.url },
      ...{ expires_at: clock.now(), created_at: clock.now(), updated_at: clock.now() },
    })
    .execute()
  clock.advance(10 * 60_000)
  const statusNow = async () =>
    (await rig.database.db.query.selectFrom('reservations').select('status').execute()).map(
      (row) => row.status,
    )
  await sweepAndSettle(rig, clock)
  expect(await statusNow()).toEqual(['open'])
  await rig.stripe.checkout.sessions.expire(session.id)
  await sweepAndSettle(rig, clock)
  expect(await statusNow()).toEqual(['expired'])
})

test('a draft that was thrown away unheard is forgotten', async () => {
  const { subscription, customer } = await subscribed('gil')
  const { invoices } = await mirrorOf(rig, 'gil')
  const [paid] = invoices as { id: string }[]
  const query = rig.database.db.query
  const row = await query
    .selectFrom('invoices')
    .selectAll()
    .where('id', '=', String(paid?.id))
    .executeTakeFirstOrThrow()
  const draft = { ...row, id: 'in_thrownaway', status: 'draft', raw: '{}', subscription_id: subscription }
  await query.insertInto('invoices').values(draft).execute()
  await sweepAndSettle(rig, clock)
  expect(await differing(rig, 'gil', customer)).toEqual([])
  expect(await driftOf(rig, 'gil')).toMatchObject([{ resource: 'invoice', resource_id: 'in_thrownaway' }])
})

test('the catalogue is part of it', async () => {
  const price = await addPrice(rig)
  await syncCatalogue(rig.context)
  await rig.stripe.prices.update(price.id, { active: false })
  await sweepAndSettle(rig, clock)
  const drift = await rig.database.db.query
    .selectFrom('drift')
    .selectAll()
    .where('resource_id', '=', price.id)
    .execute()
  expect(drift).toMatchObject([
    { resource: 'price', owner_id: null, fields: [{ field: 'active', mirror: true, stripe: false }] },
  ])
})

test('pages that end within one second lose and suspect nobody, and find the one that is missing', async () => {
  const price = await addPrice(rig)
  const customer = await addOwner(rig, 'hal')
  const card = await rig.stripe.paymentMethods.attach('pm_card_visa', { customer })
  await rig.stripe.customers.update(customer, { invoice_settings: { default_payment_method: card.id } })
  const items = [{ price: price.id }]
  const made = await Promise.all(
    Array.from({ length: 12 }, () => rig.stripe.subscriptions.create({ customer, items })),
  )
  for (const event of await eventsOf(rig, customer)) await deliver(rig, event)
  await drain(rig)
  clock.set(new Date(Date.now() + 120_000))
  const { subscriptions } = rig.context.stripe
  const list = subscriptions.list.bind(subscriptions)
  Object.assign(subscriptions, { list: (parameters: object) => list({ ...parameters, limit: 5 }) })
  await sweep(rig.context, { everyMs: 0, graceMs: GRACE_MS }, NEVER)
  expect(await countSuspects(rig.database.db.query)).toBe(0)
  const [, , , , gone] = made
  await rig.stripe.subscriptions.cancel(String(gone?.id))
  await sweep(rig.context, { everyMs: 0, graceMs: GRACE_MS }, NEVER)
  const suspects = await rig.database.db.query.selectFrom('suspects').select('id').execute()
  expect(suspects).toEqual([{ id: gone?.id }])
  Object.assign(subscriptions, { list })
})

/** Stripe's lists of everything that the sweep compares, empty. */
async function withEmptyLists(rig: SyncRig, work: () => Promise<void>): Promise<void> {
  const { context } = rig
  const empty = () => Promise.resolve({ object: 'list', data: [], has_more: false, url: '' })
  const { subscriptions, invoices, checkout } = context.stripe
  const originals = [subscriptions.list, invoices.list, checkout.sessions.list] as const
  Object.assign(subscriptions, { list: empty })
  Object.assign(invoices, { list: empty })
  Object.assign(checkout.sessions, { list: empty })
  rig.network.calls.length = 0
  try {
    await work()
  } finally {
    Object.assign(subscriptions, { list: originals[0] })
    Object.assign(invoices, { list: originals[1] })
    Object.assign(checkout.sessions, { list: originals[2] })
  }
}
