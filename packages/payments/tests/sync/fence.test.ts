import { afterEach, expect, test } from 'vitest'
import { checkFence, StaleLease } from '../../src/db/queries/leases.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import { giveLeaseBack, keepLease, takeLease } from '../../src/sync/lease.ts'
import { syncGroup } from '../../src/sync/sync-group.ts'
import { withCustomerLease } from '../../src/sync/with-customer-lease.ts'
import { standingClock } from '../support/clock.ts'
import { addOwner, addPrice, buy, deliver, drain, eventsOf, mirrorOf, useSync } from '../support/sync-rig.ts'

const clock = standingClock(new Date())
const rig = useSync({ clock })
const LEASE_MS = 60_000

afterEach(() => {
  rig.network.weather = () => 'fine'
})

test('an older look at Stripe never overwrites a newer one', async () => {
  const stripeCustomerId = await addOwner(rig, 'ann')
  const owner = { ownerId: 'ann', stripeCustomerId }
  const id = String((await buy(rig, stripeCustomerId, await addPrice(rig))).subscription)
  const doorbells = [{ resource: 'subscription' as const, id }]

  // The slow one has seen `active` and is held up on its way back.
  const gate = Promise.withResolvers<'fine'>()
  const seen = Promise.withResolvers<void>()
  const slowLease = await takeLease(rig.context, stripeCustomerId)
  const slowContext = {
    ...rig.context,
    db: { ...rig.context.db, connect: heldUp(rig.context.db.connect, seen.resolve, gate.promise) },
  }
  const slow = syncGroup(slowContext, slowLease!, owner, doorbells)
  await seen.promise

  clock.advance(LEASE_MS)
  await rig.stripe.subscriptions.cancel(id)
  await withCustomerLease(rig.context, stripeCustomerId, (lease) =>
    syncGroup(rig.context, lease, owner, doorbells),
  )
  gate.resolve('fine')

  await expect(slow).rejects.toThrow(StaleLease)
  const { subscriptions } = await mirrorOf(rig, 'ann')
  expect(subscriptions).toMatchObject([{ status: 'canceled' }])
})

test('while one holds a lease nobody else gets it; after it expired the next one does, with a greater token', async () => {
  const first = await takeLease(rig.context, 'cus_lease')
  expect(await takeLease(rig.context, 'cus_lease')).toBeNull()
  clock.advance(LEASE_MS)
  const second = await takeLease(rig.context, 'cus_lease')
  expect(second!.token).toBeGreaterThan(first!.token)
  expect(await keepLease(rig.context, first!)).toBe(false)
})

test('giving back a lease that was lost takes nothing from its new owner', async () => {
  const first = await takeLease(rig.context, 'cus_lost')
  clock.advance(LEASE_MS)
  const second = await takeLease(rig.context, 'cus_lost')
  await giveLeaseBack(rig.context, first!)
  expect(await keepLease(rig.context, second!)).toBe(true)
})

test('an expired lease that nobody else took still lets its holder write', async () => {
  const lease = await takeLease(rig.context, 'cus_alone')
  clock.advance(LEASE_MS * 2)
  await expect(inTransaction(rig.database.db, (tx) => checkFence(tx, lease!))).resolves.toBeUndefined()
})

test('who died between the fetch and the commit has changed nothing, and the next one does it all', async () => {
  const customer = await addOwner(rig, 'bob')
  await buy(rig, customer, await addPrice(rig))
  const events = await eventsOf(rig, customer)
  for (const event of events) await deliver(rig, event)
  // Died: lease taken, everything fetched, nothing written, nothing given back.
  expect(await takeLease(rig.context, customer)).not.toBeNull()
  await drain(rig)
  expect(await mirrorOf(rig, 'bob')).toMatchObject({ subscriptions: [], outbox: [] })

  clock.advance(LEASE_MS)
  await drain(rig)
  expect(await mirrorOf(rig, 'bob')).toMatchObject({ subscriptions: [{ status: 'active' }] })
})

test('a transaction that fails after the mirror was written leaves no trace of it', async () => {
  const stripeCustomerId = await addOwner(rig, 'cyd')
  const id = String((await buy(rig, stripeCustomerId, await addPrice(rig))).subscription)
  const failing = withCustomerLease(rig.context, stripeCustomerId, (lease) =>
    syncGroup(
      rig.context,
      lease,
      { ownerId: 'cyd', stripeCustomerId },
      [{ resource: 'subscription', id }],
      () => Promise.reject(new Error('died here')),
    ),
  )
  await expect(failing).rejects.toThrow('died here')
  expect(await mirrorOf(rig, 'cyd')).toMatchObject({ subscriptions: [], outbox: [] })
})

/** Connections for transactions come only when the gate opens. */
function heldUp<T>(connect: () => Promise<T>, reached: () => void, gate: Promise<unknown>): () => Promise<T> {
  return async () => {
    reached()
    await gate
    return await connect()
  }
}
