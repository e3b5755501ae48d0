import pino from 'pino'
import Stripe from 'stripe'
import { afterEach, expect, test } from 'vitest'
import { eachByItself } from '../../src/actions/each-by-itself.ts'
import { settleLeftovers } from '../../src/actions/settle-leftovers.ts'
import { listOverdueReservations } from '../../src/db/queries/reservations.ts'
import { settleSuspects } from '../../src/reconcile/settle-suspects.ts'
import { standingClock } from '../support/clock.ts'
import { pay } from '../support/shop.ts'
import { addOwner, addPrice, mirrorOf, useSync } from '../support/sync-rig.ts'

const clock = standingClock(new Date())
const rig = useSync({ clock })
const NEVER = new AbortController().signal

/** What the log has of it, as it was written. */
const lines: string[] = []

afterEach(async () => {
  rig.network.weather = () => 'fine'
  lines.length = 0
  await rig.database.db.pool.query('truncate billhook.reservations, billhook.suspects')
})

async function settle(): Promise<void> {
  const context = Object.assign(Object.create(rig.context), rig.context, {
    frontendUrl: 'https://shop.example',
    log: pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) }),
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

test('one at which Stripe fails is said, holds up nobody behind it, and waits for the next time', async () => {
  const { broken, other } = await twoOverdue('una', 'vic')
  let calls = 0
  rig.network.weather = () => (calls++ === 0 ? 'broken' : 'fine')
  await settle()
  expect([await statusOf(broken.id), await statusOf(other.id)]).toEqual(['open', 'released'])
  expect(lines).toEqual([expect.stringContaining(`"reservation":"${broken.id}"`)])
})

test('that Stripe is away is no fault of any of them: the job is tried again soon', async () => {
  await twoOverdue('yan', 'zoe')
  rig.network.weather = () => 'unreachable'
  await expect(settle()).rejects.toThrow('2 of 2 failed')
  expect(lines).toEqual([])
})

test('nor is it that the database is lost, and then nobody else is tried', async () => {
  const lost = Object.assign(new Error('terminating connection'), { code: '57P01' })
  const { tried, failed, all } = tryEach(['first', 'second'], { first: lost, second: lost })
  await expect(all).rejects.toBe(lost)
  expect([tried, failed]).toEqual([['first'], []])
})

test('one that Stripe does not answer in time is said like any other, when it answers those behind it', async () => {
  const timeout = new Stripe.errors.StripeConnectionError({ type: 'api_error', message: 'timeout' })
  const { failed, all } = tryEach(['first', 'second'], { first: timeout })
  await all
  expect(failed).toEqual(['first'])
})

function tryEach(names: string[], errors: Record<string, Error>) {
  const tried: string[] = []
  const failed: string[] = []
  const work = async (name: string) => {
    tried.push(name)
    if (errors[name]) throw errors[name]
  }
  return { tried, failed, all: eachByItself(names, NEVER, work, (name) => failed.push(name)) }
}

/** The first one has a session that was not written down; the second has none. */
async function twoOverdue(first: string, second: string) {
  const broken = await reserve(first, { isWrittenDown: false })
  clock.advance(1_000)
  const other = await reserve(second, { isWrittenDown: false, hasSession: false })
  clock.advance(11 * 60_000)
  const [oldest] = await listOverdueReservations(rig.database.db.query, clock.now(), 1)
  expect(oldest?.id).toBe(broken.id)
  return { broken, other }
}

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
