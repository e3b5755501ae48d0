import { randomBytes } from 'node:crypto'
import { createSandbox, type Sandbox } from 'stripe-sandbox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SyncContext } from '../../src/sync/context.ts'
import { standingClock } from '../support/clock.ts'
import { startStripeProxy } from '../support/stripe-proxy.ts'
import {
  addOwner,
  addPrice,
  buy,
  contextWith,
  deliver,
  drain,
  eventsOf,
  mirrorOf,
  statusesOf,
  useSync,
} from '../support/sync-rig.ts'

const clock = standingClock(new Date())
const rig = useSync({ clock })
let other: Sandbox
let right: SyncContext
let wrong: SyncContext

beforeAll(async () => {
  other = await createSandbox()
  right = contextWith(rig, rig.sandbox)
  wrong = contextWith(rig, other)
  await right.stripe.products.list()
})
afterAll(() => other.close())

/** Works off what waits, as a process with this key does. */
async function drainWith(context: SyncContext): Promise<void> {
  // What was postponed is due again.
  clock.advance(60_000)
  await drain({ database: rig.database, context })
}

async function thin(type: string, object: { id: string; type: string }): Promise<string> {
  const id = `evt_${randomBytes(8).toString('hex')}`
  await deliver(rig, {
    ...{ id, object: 'v2.core.event', type, livemode: false, created: new Date().toISOString() },
    related_object: { ...object, url: `/v1/${object.type}s/${object.id}` },
  })
  return id
}

async function untouched(): Promise<void> {
  const { rows } = await rig.database.db.pool.query(
    `select status, attempts, last_error from billhook.events where status <> 'processed'`,
  )
  expect(rows.length).toBeGreaterThan(0)
  for (const row of rows) {
    expect(row).toEqual({
      ...{ status: 'pending', attempts: 0 },
      last_error: expect.stringContaining('This database belongs to the Stripe account acct_'),
    })
  }
}

test('a one-time purchase waits for the right key', async () => {
  const customer = await addOwner(rig, 'ann')
  await buy(rig, customer, await addPrice(rig, false))
  const events = await eventsOf(rig, customer)
  for (const event of events) await deliver(rig, event)
  await drainWith(wrong)
  await untouched()
  await drainWith(right)
  expect(await mirrorOf(rig, 'ann')).toMatchObject({
    checkout_sessions: [{ status: 'complete' }],
    payments: [{ status: 'succeeded' }],
  })
})

test('a draft stays, and what was done to it waits for the right key', async () => {
  const customer = await addOwner(rig, 'bob')
  const { id } = await rig.stripe.invoices.create({ customer })
  for (const event of await eventsOf(rig, customer)) await deliver(rig, event)
  await drainWith(right)
  await rig.stripe.invoices.update(id, { description: 'Another one' })
  for (const event of await eventsOf(rig, customer)) await deliver(rig, event)
  await drainWith(wrong)
  await untouched()
  expect((await mirrorOf(rig, 'bob')).invoices).toMatchObject([{ status: 'draft' }])
  await drainWith(right)
  expect((await mirrorOf(rig, 'bob')).invoices).toMatchObject([{ raw: { description: 'Another one' } }])
})

test('what names no customer waits for the right key', async () => {
  const customer = await addOwner(rig, 'cyd')
  const session = await buy(rig, customer, await addPrice(rig, false))
  const payment = String(session.payment_intent)
  const refund = await rig.stripe.refunds.create({ payment_intent: payment, amount: 100 })
  const { latest_charge: charge } = await rig.stripe.paymentIntents.retrieve(payment)
  const events = [
    await thin('v1.refund.created', { id: refund.id, type: 'refund' }),
    await thin('v1.charge.refunded', { id: String(charge), type: 'charge' }),
    await thin('v1.payment_intent.succeeded', { id: payment, type: 'payment_intent' }),
    await thin('v1.checkout.session.completed', { id: session.id, type: 'checkout.session' }),
  ]
  await drainWith(wrong)
  await untouched()
  await drainWith(right)
  expect(new Set(Object.values(await statusesOf(rig, events)))).toEqual(new Set(['processed']))
  expect(await mirrorOf(rig, 'cyd')).toMatchObject({
    refunds: [{ id: refund.id }],
    payments: [{ id: payment }],
    checkout_sessions: [{ id: session.id }],
  })
})

test('a product that is on sale stays on sale', async () => {
  const price = await addPrice(rig)
  const product = String(price.product)
  const events = (await rig.stripe.events.list({ limit: 100 })).data
  for (const event of events.filter(({ data }) => JSON.stringify(data).includes(product))) {
    await deliver(rig, event)
  }
  await drainWith(right)
  await thin('v1.price.updated', { id: price.id, type: 'price' })
  await drainWith(wrong)
  await untouched()
  await drainWith(right)
  const { rows } = await rig.database.db.pool.query('select active from billhook.prices where id = $1', [
    price.id,
  ])
  expect(rows).toEqual([{ active: true }])
})

const mute = (call: string) => (call === 'GET /v1/account' ? 'forbidden' : 'fine')

test('a restricted key that may not say its account is known by the customers', async () => {
  rig.network.weather = mute
  const viaNetwork = contextWith(rig, { apiKey: rig.sandbox.apiKey, url: rig.network.url })
  rig.network.calls.length = 0
  await viaNetwork.stripe.products.list()
  await viaNetwork.stripe.products.list()
  expect(rig.network.calls).toEqual([
    'GET /v1/account',
    expect.stringMatching(/^GET \/v1\/customers\/cus_/),
    'GET /v1/products',
    'GET /v1/products',
  ])
  rig.network.weather = () => 'fine'
})

test('and one of another account is refused, because it knows none of them', async () => {
  const network = await startStripeProxy(other.url)
  network.weather = mute
  const mutelyWrong = contextWith(rig, { apiKey: other.apiKey, url: network.url })
  await expect(mutelyWrong.stripe.products.list()).rejects.toThrow("Stripe knows none of this database's")
  expect(network.calls).not.toContain('GET /v1/products')
  await network.close()
})
