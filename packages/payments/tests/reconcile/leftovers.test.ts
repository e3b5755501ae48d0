import { expect, test } from 'vitest'
import { settleLeftovers } from '../../src/actions/settle-leftovers.ts'
import { listOverdueReservations } from '../../src/db/queries/reservations.ts'
import { settleSuspects } from '../../src/reconcile/settle-suspects.ts'
import { standingClock } from '../support/clock.ts'
import { pay } from '../support/shop.ts'
import { addOwner, addPrice, mirrorOf, useSync } from '../support/sync-rig.ts'

const clock = standingClock(new Date())
const rig = useSync({ clock })
const NEVER = new AbortController().signal

async function settle(): Promise<void> {
  const context = Object.assign(Object.create(rig.context), rig.context, {
    frontendUrl: 'https://shop.example',
  })
  await settleLeftovers(context, NEVER)
  await settleSuspects(rig.context, NEVER)
}

/** A reservation as a checkout leaves it, with or without what its process died before writing down. */
async function reserve(ownerId: string, options: { isWrittenDown: boolean; hasSession?: boolean }) {
  const customer = await addOwner(rig, ownerId)
  const price = await addPrice(rig)
  const id = crypto.randomUUID()
  const parameters = {
    mode: 'subscription' as const,
    customer,
    line_items: [{ price: price.id, quantity: 1 }],
    success_url: 'https://shop.example/success',
    metadata: { billhook_reservation: id },
  }
  const session = options.hasSession === false ? null : await rig.stripe.checkout.sessions.create(parameters)
  await rig.database.db.query
    .insertInto('reservations')
    .values({
      ...{ id, owner_id: ownerId, price_id: price.id, fingerprint: 'f', status: 'open' },
      session_parameters: JSON.stringify(parameters),
      stripe_session_id: options.isWrittenDown ? (session?.id ?? null) : null,
      checkout_url: null,
      ...{ expires_at: clock.now(), created_at: clock.now(), updated_at: clock.now() },
    })
    .execute()
  return { id, session }
}

async function statusOf(id: string): Promise<string> {
  const row = await rig.database.db.query
    .selectFrom('reservations')
    .select('status')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return row.status
}

test('a reservation whose session ended unheard is ended; one that is young is left to its event', async () => {
  const { id, session } = await reserve('ann', { isWrittenDown: true })
  await rig.stripe.checkout.sessions.expire(String(session?.id))
  await settle()
  expect(await statusOf(id)).toBe('open')
  clock.advance(11 * 60_000)
  await settle()
  expect(await statusOf(id)).toBe('expired')
})

test('one whose session was paid unheard brings the subscription', async () => {
  const { id, session } = await reserve('bob', { isWrittenDown: true })
  await pay(String(session?.url))
  clock.advance(11 * 60_000)
  await settle()
  expect(await statusOf(id)).toBe('completed')
  expect(await mirrorOf(rig, 'bob')).toMatchObject({ subscriptions: [{ status: 'active' }] })
})

test('one at which Stripe fails does not hold up those behind it', async () => {
  const broken = await reserve('una', { isWrittenDown: false })
  clock.advance(1_000)
  const other = await reserve('vic', { isWrittenDown: false, hasSession: false })
  clock.advance(11 * 60_000)
  const [first] = await listOverdueReservations(rig.database.db.query, clock.now(), 1)
  expect(first?.id).toBe(broken.id)
  let calls = 0
  rig.network.weather = () => (calls++ === 0 ? 'broken' : 'fine')
  await expect(settle()).rejects.toThrow('1 of 2 failed')
  rig.network.weather = () => 'fine'
  expect([await statusOf(broken.id), await statusOf(other.id)]).toEqual(['open', 'released'])
})

test('one without a session finds the one that was made for it, or is released', async () => {
  const lost = await reserve('cyd', { isWrittenDown: false })
  await rig.stripe.checkout.sessions.expire(String(lost.session?.id))
  const never = await reserve('dot', { isWrittenDown: false, hasSession: false })
  clock.advance(11 * 60_000)
  await settle()
  expect(await statusOf(lost.id)).toBe('expired')
  expect(await statusOf(never.id)).toBe('released')
})

test('a session that can still be paid keeps its reservation, whatever our clock says', async () => {
  const { id } = await reserve('eve', { isWrittenDown: true })
  clock.advance(11 * 60_000)
  await settle()
  expect(await statusOf(id)).toBe('open')
})

test('a customer that was made just before a process died is linked', async () => {
  const { query } = rig.database.db
  // By Stripe's clock, which the one here has left behind.
  const at = new Date(rig.sandbox.now() * 1000)
  const row = await query
    .insertInto('customers')
    .values({ owner_id: 'fay', created_at: at, updated_at: at })
    .returning('id')
    .executeTakeFirstOrThrow()
  const metadata = {
    billhook_customer_row: String(row.id),
    billhook_installation: rig.context.installationId,
  }
  const { id } = await rig.stripe.customers.create({ metadata })
  clock.advance(11 * 60_000)
  await settle()
  const linked = await query
    .selectFrom('customers')
    .select('stripe_customer_id')
    .where('owner_id', '=', 'fay')
    .executeTakeFirstOrThrow()
  expect(linked.stripe_customer_id).toBe(id)
})
