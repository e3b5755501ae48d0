import { afterEach, expect, test } from 'vitest'
import { countSuspects } from '../../src/db/queries/suspects.ts'
import { backfill } from '../../src/sync/backfill/backfill.ts'
import { standingClock } from '../support/clock.ts'
import { differing, driftOf, GRACE_MS, sweepAndSettle } from '../support/reconcile-rig.ts'
import { addOwner, deliver, drain, eventsOf, forgetMirror, mirrorOf, useSync } from '../support/sync-rig.ts'

/*
 * One price can be sold in several currencies. A subscription says in which it is, and its price says only what it costs in its own unless it is
 * asked for the others.
 */

const clock = standingClock(new Date())
const rig = useSync({ clock })

afterEach(async () => {
  rig.network.weather = () => 'fine'
  await rig.database.db.pool.query('truncate billhook.suspects, billhook.cursors')
  clock.advance(GRACE_MS)
})

const YEN = { unit_amount_minor: 4_200, currency: 'jpy' }

test.each([
  ['subscription', 'customer.subscription.'],
  ['invoice', 'invoice.'],
])('told of by events of its %s, it has the amount of its own currency', async (what, types) => {
  const owner = `ann_${what}`
  const { customer } = await subscribe(owner, 'jpy')
  await hear(customer, types)
  expect(await mirrorOf(rig, owner)).toMatchObject({ subscriptions: [YEN] })
  expect(pricesAskedFor()).toBeGreaterThan(0)
})

test("one in its price's own currency costs no call more", async () => {
  const before = pricesAskedFor()
  const { customer } = await subscribe('bob', 'usd')
  await hear(customer, 'customer.subscription.')
  expect(await mirrorOf(rig, 'bob')).toMatchObject({
    subscriptions: [{ unit_amount_minor: 2_999, currency: 'usd' }],
  })
  expect(pricesAskedFor()).toBe(before)
})

test('where Stripe does not say what it costs in its currency, it has no amount, and never one of another', async () => {
  const { customer, price } = await subscribe('cyd', 'jpy')
  rig.network.weather = (call) => (call === `GET /v1/prices/${price}` ? 'absent' : 'fine')
  await hear(customer, 'customer.subscription.')
  expect(await mirrorOf(rig, 'cyd')).toMatchObject({
    subscriptions: [{ unit_amount_minor: null, currency: 'jpy', status: 'active' }],
  })
})

test('the sweep takes it for what it is, and repairs one that was mirrored in the currency of its price', async () => {
  const { customer } = await subscribe('dan', 'jpy')
  await hear(customer, '')
  await sweepAndSettle(rig, clock)
  expect(await differing(rig, 'dan', customer)).toEqual([])
  expect(await driftOf(rig, 'dan')).toEqual([])

  const wrong = { unit_amount_minor: 2_999, currency: 'usd' }
  await rig.database.db.query.updateTable('subscriptions').set(wrong).where('owner_id', '=', 'dan').execute()
  await sweepAndSettle(rig, clock)
  expect(await mirrorOf(rig, 'dan')).toMatchObject({ subscriptions: [YEN] })
})

test('a backfill asks for each such price once a page, and a second one finds nothing different', async () => {
  await forgetMirror(rig)
  const { customer, price } = await subscribe('eve', 'jpy')
  await rig.stripe.subscriptions.create({ customer, items: [{ price }], currency: 'jpy' })
  const rules = { metadataKey: 'billhook_owner_id', byCustomer: new Map<string, string>() }
  await backfill(rig.context, { rules })
  expect(await mirrorOf(rig, 'eve')).toMatchObject({ subscriptions: [YEN, YEN] })
  expect(rig.network.calls.filter((call) => call === `GET /v1/prices/${price}`)).toHaveLength(1)
  await backfill(rig.context, { rules })
  expect(await countSuspects(rig.database.db.query)).toBe(0)
})

async function subscribe(owner: string, currency: string) {
  const customer = await addOwner(rig, owner)
  const method = await rig.stripe.paymentMethods.attach('pm_card_visa', { customer })
  await rig.stripe.customers.update(customer, { invoice_settings: { default_payment_method: method.id } })
  const product = await rig.stripe.products.create({ name: 'Team' })
  const { id: price } = await rig.stripe.prices.create({
    ...{ product: product.id, unit_amount: 2_999, currency: 'usd', recurring: { interval: 'month' } },
    currency_options: { jpy: { unit_amount: 4_200 } },
  })
  await rig.stripe.subscriptions.create({ customer, items: [{ price }], currency })
  return { customer, price }
}

async function hear(customer: string, types: string): Promise<void> {
  for (const event of await eventsOf(rig, customer)) {
    if (event.type.startsWith(types)) await deliver(rig, event)
  }
  clock.advance(2_000)
  await drain(rig)
}

function pricesAskedFor(): number {
  return rig.network.calls.filter((call) => call.startsWith('GET /v1/prices/')).length
}
