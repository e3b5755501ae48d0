import { afterEach, beforeEach, expect, test } from 'vitest'
import { listDuplicates } from '../../src/db/queries/duplicate-subscriptions.ts'
import { settleSuspects } from '../../src/reconcile/settle-suspects.ts'
import { type BackfillOptions, backfill, findUnfinished } from '../../src/sync/backfill/backfill.ts'
import { giveLeaseBack, takeLease } from '../../src/sync/lease.ts'
import { syncGroup } from '../../src/sync/sync-group.ts'
import { withCustomerLease } from '../../src/sync/with-customer-lease.ts'
import { differing, driftOf } from '../support/reconcile-rig.ts'
import { addPrice, buy, forgetMirror, mirrorOf, useSync } from '../support/sync-rig.ts'

const rig = useSync()
const NEVER = new AbortController().signal
const BY_METADATA = { metadataKey: 'billhook_owner_id', byCustomer: new Map<string, string>() }
/** Every test has its own owners; what the others left at Stripe is there too. */
let run = 0

beforeEach(async () => {
  run++
  await forgetMirror(rig)
  await rig.database.db.pool.query(
    'truncate billhook.customers, billhook.suspects, billhook.drift, billhook.cursors, billhook.backfill_stretches',
  )
})
afterEach(() => {
  rig.network.weather = () => 'fine'
})

const owner = (name: string) => `${name}${run}`

/** Somebody who was there before Billhook. */
async function customerAtStripe(metadata: Record<string, string>, email = 'same@example.com') {
  return (await rig.stripe.customers.create({ email, metadata })).id
}

async function fill(options: Partial<BackfillOptions> = {}) {
  const result = await backfill(rig.context, { rules: BY_METADATA, ...options })
  await settleSuspects(rig.context, NEVER)
  return result
}

test('an existing account is mirrored as events would have mirrored it, and nothing of it is announced', async () => {
  const customer = await customerAtStripe({ billhook_owner_id: owner('ann') })
  const session = await buy(rig, customer, await addPrice(rig))
  const once = await buy(rig, customer, await addPrice(rig, false))
  await rig.stripe.refunds.create({ payment_intent: String(once.payment_intent), amount: 500 })
  const result = await fill()
  expect(result).toMatchObject({ isFinished: true, duplicateOwners: 0 })
  expect(await differing(rig, owner('ann'), customer)).toEqual([])
  expect(await mirrorOf(rig, owner('ann'))).toMatchObject({
    subscriptions: [{ id: session.subscription, status: 'active' }],
    refunds: [{ amount_minor: 500 }],
    outbox: [],
  })
  const { rows } = await rig.database.db.pool.query('select count(*)::int as plans from billhook.plans')
  expect(rows[0]?.plans).toBeGreaterThan(0)
})

test('a second run finds everything there, and changes nothing', async () => {
  const customer = await customerAtStripe({ billhook_owner_id: owner('bob') })
  await buy(rig, customer, await addPrice(rig))
  await fill()
  const before = await mirrorOf(rig, owner('bob'))
  const again = await fill()
  expect(again.suspected).toBe(0)
  expect([...again.counts.values()].map(({ stored }) => stored)).toEqual([0, 0, 0, 0, 0, 0, 0])
  expect(await mirrorOf(rig, owner('bob'))).toEqual(before)
})

test('what a webhook wrote after the list was read stays', async () => {
  const customer = await customerAtStripe({ billhook_owner_id: owner('cyd') })
  const id = String((await buy(rig, customer, await addPrice(rig))).subscription)
  await afterReadingSubscriptions(async () => {
    await rig.stripe.subscriptions.cancel(id)
    await withCustomerLease(rig.context, customer, (lease) =>
      syncGroup(rig.context, lease, { ownerId: owner('cyd'), stripeCustomerId: customer }, [
        { resource: 'subscription', id },
      ]),
    )
  })
  expect(await mirrorOf(rig, owner('cyd'))).toMatchObject({
    subscriptions: [{ id, status: 'canceled' }],
    outbox: [],
  })
})

test('a sync that looked before the list was read, and has not written yet, keeps its customer to itself', async () => {
  const customer = await customerAtStripe({ billhook_owner_id: owner('dot') })
  const id = String((await buy(rig, customer, await addPrice(rig))).subscription)
  const lease = await takeLease(rig.context, customer)
  const result = await backfill(rig.context, { rules: BY_METADATA })
  expect(await mirrorOf(rig, owner('dot'))).toMatchObject({ subscriptions: [], invoices: [] })
  expect(result.suspected).toBeGreaterThan(0)
  await giveLeaseBack(rig.context, lease!)
  await settleSuspects(rig.context, NEVER)
  expect(await mirrorOf(rig, owner('dot'))).toMatchObject({ subscriptions: [{ id }] })
  expect(await differing(rig, owner('dot'), customer)).toEqual([])
})

test('a row that is behind is fetched under the lease, announced, and recorded as drift', async () => {
  const customer = await customerAtStripe({ billhook_owner_id: owner('eve') })
  const id = String((await buy(rig, customer, await addPrice(rig))).subscription)
  await fill()
  await rig.stripe.subscriptions.cancel(id)
  await fill()
  expect(await mirrorOf(rig, owner('eve'))).toMatchObject({
    subscriptions: [{ status: 'canceled' }],
    outbox: [`access.changed:${owner('eve')}:1`, `subscription.canceled:${id}`],
  })
  expect(await driftOf(rig, owner('eve'))).toMatchObject([{ resource: 'subscription', found_by: 'sweep' }])
})

test('owners are known by metadata of any key, or by the file, which goes first; never by the address', async () => {
  const known = await customerAtStripe({ app_user: owner('fay'), billhook_owner_id: 'nobody' })
  const listed = await customerAtStripe({ app_user: 'wrong' })
  const byAddress = await customerAtStripe({}, `${owner('fay')}@example.com`)
  const byCustomer = new Map([[listed, owner('gil')]])
  const { counts } = await fill({ rules: { metadataKey: 'app_user', byCustomer } })
  const rows = await rig.database.db.query
    .selectFrom('customers')
    .select(['stripe_customer_id', 'owner_id'])
    .where('stripe_customer_id', 'in', [known, listed, byAddress])
    .orderBy('owner_id')
    .execute()
  expect(rows).toEqual([
    { stripe_customer_id: known, owner_id: owner('fay') },
    { stripe_customer_id: listed, owner_id: owner('gil') },
  ])
  expect(counts.get('customer')?.foreign).toBeGreaterThan(0)
})

test('an owner keeps the one customer that it has; the other is named', async () => {
  const first = await customerAtStripe({ billhook_owner_id: owner('hal') })
  await fill()
  const second = await customerAtStripe({ billhook_owner_id: owner('hal') })
  const { conflicts } = await fill()
  expect(conflicts).toContainEqual({
    ownerId: owner('hal'),
    stripeCustomerId: second,
    email: 'same@example.com',
  })
  const rows = await rig.database.db.query
    .selectFrom('customers')
    .select('stripe_customer_id')
    .where('owner_id', '=', owner('hal'))
    .execute()
  expect(rows).toEqual([{ stripe_customer_id: first }])
})

test('a row that waits for its Stripe customer gets it, unless it is so young that its own request may be under way', async () => {
  const old = await customerAtStripe({ billhook_owner_id: owner('ida') })
  await customerAtStripe({ billhook_owner_id: owner('jan') })
  const row = (owner_id: string, at: Date) => ({ owner_id, created_at: at, updated_at: at })
  await rig.database.db.query
    .insertInto('customers')
    .values([row(owner('ida'), new Date(0)), row(owner('jan'), new Date())])
    .execute()
  await fill()
  const rows = await rig.database.db.query
    .selectFrom('customers')
    .select(['owner_id', 'stripe_customer_id'])
    .where('owner_id', 'in', [owner('ida'), owner('jan')])
    .orderBy('owner_id')
    .execute()
  expect(rows).toEqual([
    { owner_id: owner('ida'), stripe_customer_id: old },
    { owner_id: owner('jan'), stripe_customer_id: null },
  ])
})

test('an owner who pays two subscriptions is announced, recorded for the policy and counted, once', async () => {
  const customer = await customerAtStripe({ billhook_owner_id: owner('kim') })
  const price = await addPrice(rig)
  const bought = [await buy(rig, customer, price), await buy(rig, customer, price)]
  const type = 'duplicate_subscription.detected'
  const counted = async () =>
    (await rig.context.metrics.transitions.get()).values.find(({ labels }) => labels.type === type)?.value ??
    0
  const before = await counted()
  expect(await fill()).toMatchObject({ duplicateOwners: 1 })
  await fill()
  const { outbox } = await mirrorOf(rig, owner('kim'))
  expect(outbox).toEqual([expect.stringContaining(type)])
  const subscription_ids = bought
    .map(({ subscription }) => String(subscription))
    .sort((a, b) => (a < b ? -1 : 1))
  expect(await listDuplicates(rig.database.db.query, { ownerId: owner('kim'), limit: 10 })).toMatchObject([
    { subscription_ids, status: 'found' },
  ])
  expect(await counted()).toBe(before + 1)
})

test('a run that ended in the middle goes on where it was, and lists nothing twice', async () => {
  const customer = await customerAtStripe({ billhook_owner_id: owner('lea') })
  await buy(rig, customer, await addPrice(rig))
  let pages = 0
  const goesOn = () => Promise.resolve(pages++ < 3)
  const first = await fill({ lanes: 1, goesOn })
  expect(first.isFinished).toBe(false)
  rig.network.calls.length = 0
  const second = await fill()
  expect(second.isFinished).toBe(true)
  expect(rig.network.calls).not.toContain('GET /v1/subscriptions')
  expect(second.counts.get('customer')?.listed).toBe(first.counts.get('customer')?.listed)
  expect(await differing(rig, owner('lea'), customer)).toEqual([])
})

test('a run that ended in the middle is begun anew when owners are known otherwise now', async () => {
  const customer = await customerAtStripe({ app_user: owner('ned') })
  await buy(rig, customer, await addPrice(rig))
  let pages = 0
  // The customers are listed, and this one names no owner by these rules.
  const first = await fill({ lanes: 1, goesOn: () => Promise.resolve(pages++ < 1) })
  expect(first).toMatchObject({ isFinished: false })
  const rules = { metadataKey: 'app_user', byCustomer: new Map<string, string>() }
  expect(await findUnfinished(rig.context, BY_METADATA)).toBe('same rules')
  expect(await findUnfinished(rig.context, rules)).toBe('other rules')
  expect(await fill({ rules })).toMatchObject({ isFinished: true })
  expect(await mirrorOf(rig, owner('ned'))).toMatchObject({ subscriptions: [{ status: 'active' }] })
  expect(await findUnfinished(rig.context, rules)).toBe('none')
})

test('a list that breaks off stores nothing of its page, and the next run goes on', async () => {
  const customer = await customerAtStripe({ billhook_owner_id: owner('mia') })
  await buy(rig, customer, await addPrice(rig))
  rig.network.weather = (call) => (call === 'GET /v1/invoices' ? 'broken' : 'fine')
  await expect(fill()).rejects.toThrow()
  rig.network.weather = () => 'fine'
  expect(await fill()).toMatchObject({ isFinished: true })
  expect(await differing(rig, owner('mia'), customer)).toEqual([])
})

/** A backfill in which something happens between the answer to the list of subscriptions and the storing of it. */
async function afterReadingSubscriptions(happen: () => Promise<void>): Promise<void> {
  const { subscriptions } = rig.context.stripe
  const list = subscriptions.list.bind(subscriptions)
  Object.assign(subscriptions, {
    async list(parameters: object) {
      const page = await list(parameters)
      await happen()
      return page
    },
  })
  try {
    await backfill(rig.context, { rules: BY_METADATA })
  } finally {
    Object.assign(subscriptions, { list })
  }
}
