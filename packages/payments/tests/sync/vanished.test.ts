import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { standingClock } from '../support/clock.ts'
import { mirror } from '../support/mirror.ts'
import { addOwner, deliver, drain, mirrorOf, useSync } from '../support/sync-rig.ts'

// Standing, so that an event that failed is not due again before somebody has looked at it.
const rig = useSync({ clock: standingClock(new Date()) })

/** Rings for something of this customer, and says what became of the event. */
async function ringFor(type: string, id: string, customer: string): Promise<string> {
  const event = `evt_${randomBytes(8).toString('hex')}`
  await deliver(rig, {
    ...{ id: event, object: 'event', api_version: null, livemode: false, type },
    ...{ created: Math.floor(Date.now() / 1000), data: { object: { id, customer } } },
  })
  await drain(rig)
  const row = await rig.database.db.query
    .selectFrom('events')
    .select(['status', 'attempts'])
    .where('id', '=', event)
    .executeTakeFirstOrThrow()
  return `${row.status} after ${row.attempts} failures`
}

/** A customer row whose customer Stripe does not know: as if the key were another account's. */
async function addOwnerOfAnotherAccount(ownerId: string): Promise<string> {
  const customer = `cus_of_${ownerId}`
  const at = new Date(0)
  const row = { owner_id: ownerId, stripe_customer_id: customer, email: null, deleted_at: null }
  await rig.database.db.query
    .insertInto('customers')
    .values({ ...row, created_at: at, updated_at: at })
    .execute()
  return customer
}

function owned(ownerId: string, customer: string) {
  return { owner_id: ownerId, stripe_customer_id: customer }
}

test('a subscription that is gone at Stripe, while its customer is there, has ended', async () => {
  const customer = await addOwner(rig, 'ann')
  await mirror.subscription(rig.database.db, { id: 'sub_gone', ...owned('ann', customer) })
  expect(await ringFor('customer.subscription.updated', 'sub_gone', customer)).toBe(
    'processed after 0 failures',
  )
  const { subscriptions, outbox } = await mirrorOf(rig, 'ann')
  expect(subscriptions).toMatchObject([{ status: 'canceled', ended_at: expect.any(Date) }])
  expect(outbox).toEqual(['access.changed:ann:1', 'subscription.canceled:sub_gone'])
})

test('a subscription that is gone together with its customer ends nothing: the key may be wrong', async () => {
  const customer = await addOwnerOfAnotherAccount('bob')
  await mirror.subscription(rig.database.db, { id: 'sub_elsewhere', ...owned('bob', customer) })
  expect(await ringFor('customer.subscription.updated', 'sub_elsewhere', customer)).toBe(
    'pending after 1 failures',
  )
  expect(await mirrorOf(rig, 'bob')).toMatchObject({ subscriptions: [{ status: 'active' }], outbox: [] })
})

test('a draft that was thrown away is forgotten', async () => {
  const customer = await addOwner(rig, 'cyd')
  await mirror.invoice(rig.database.db, { id: 'in_draft', status: 'draft', ...owned('cyd', customer) })
  expect(await ringFor('invoice.deleted', 'in_draft', customer)).toBe('processed after 0 failures')
  expect((await mirrorOf(rig, 'cyd')).invoices).toEqual([])
})

test('a paid invoice that is gone at Stripe stays, and somebody is told', async () => {
  const customer = await addOwner(rig, 'dan')
  await mirror.invoice(rig.database.db, { id: 'in_paid', ...owned('dan', customer) })
  expect(await ringFor('invoice.paid', 'in_paid', customer)).toBe('pending after 1 failures')
  expect((await mirrorOf(rig, 'dan')).invoices).toHaveLength(1)
})

test('a payment that is gone at Stripe stays, and somebody is told', async () => {
  const customer = await addOwner(rig, 'eve')
  await mirror.payment(rig.database.db, { id: 'pi_gone', ...owned('eve', customer) })
  expect(await ringFor('payment_intent.succeeded', 'pi_gone', customer)).toBe('pending after 1 failures')
  expect((await mirrorOf(rig, 'eve')).payments).toHaveLength(1)
})

test.each([
  ['payment_intent.succeeded', 'pi_nobodys'],
  ['invoice.paid', 'in_nobodys'],
  ['checkout.session.completed', 'cs_nobodys'],
  ['refund.created', 're_nobodys'],
])('what Stripe does not know and we never knew is nothing to worry about: %s', async (type, id) => {
  const customer = await addOwner(rig, `fay_${id}`)
  expect(await ringFor(type, id, customer)).toBe('processed after 0 failures')
})

test('what names nobody and does not exist is ignored', async () => {
  const event = `evt_${randomBytes(8).toString('hex')}`
  await deliver(rig, {
    ...{ id: event, object: 'v2.core.event', type: 'v1.charge.refunded', livemode: false },
    ...{ created: new Date().toISOString(), related_object: { id: 'ch_none', type: 'charge', url: '/v1/x' } },
  })
  await drain(rig)
  const { rows } = await rig.database.db.pool.query('select status from billhook.events where id = $1', [
    event,
  ])
  expect(rows).toEqual([{ status: 'ignored' }])
})
