import { afterEach, beforeEach, expect, test } from 'vitest'
import { beginFeed } from '../../src/reconcile/event-feed.ts'
import { settleSuspects } from '../../src/reconcile/settle-suspects.ts'
import { backfill } from '../../src/sync/backfill/backfill.ts'
import { standingClock } from '../support/clock.ts'
import { differing, driftOf, feed, GRACE_MS, letPass, stripeNow } from '../support/reconcile-rig.ts'
import { pay } from '../support/shop.ts'
import {
  addOwner,
  addPrice,
  buy,
  deliver,
  drain,
  eventsOf,
  forgetMirror,
  mirrorOf,
  useSync,
} from '../support/sync-rig.ts'

const clock = standingClock(new Date())
const rig = useSync({ clock })
const NEVER = new AbortController().signal
const MINUTE_MS = 60_000
const DISPUTED_AT_ONCE = '4000 0000 0000 0259'
/** Every test has its own owner; what the others left at Stripe is there too. */
let run = 0
let owner = ''
let customer = ''

beforeEach(async () => {
  await forgetMirror(rig)
  await rig.database.db.pool.query(
    'truncate billhook.customers, billhook.suspects, billhook.drift, billhook.cursors, billhook.backfill_stretches',
  )
  clock.set(stripeNow(rig))
  owner = `bob${++run}`
  customer = await addOwner(rig, owner)
})
afterEach(() => {
  rig.network.weather = () => 'fine'
})

async function fill() {
  const rules = { metadataKey: 'billhook_owner_id', byCustomer: new Map<string, string>() }
  const result = await backfill(rig.context, { rules })
  await settleSuspects(rig.context, NEVER)
  return result
}

async function buyPlanAndProduct(): Promise<void> {
  await buy(rig, customer, await addPrice(rig))
  await buy(rig, customer, await addPrice(rig, false))
}

async function deliverAll(): Promise<void> {
  for (const event of await eventsOf(rig, customer)) await deliver(rig, event)
}

/** After all that waits was worked off, by whoever it is. */
async function told(): Promise<unknown[]> {
  await drain(rig)
  clock.advance(GRACE_MS)
  await settleSuspects(rig.context, NEVER)
  const wrong = await differing(rig, owner, customer)
  expect(wrong.filter((name) => name !== `customer ${customer}`)).toEqual([])
  return (await mirrorOf(rig, owner)).outbox ?? []
}

const ALL_NEWS = [
  expect.stringContaining('access.changed:'),
  expect.stringContaining('purchase.completed:'),
  expect.stringContaining('subscription.activated:'),
]

test('what webhooks brought and nobody has drained yet is told, and is no drift', async () => {
  await buyPlanAndProduct()
  await deliverAll()
  await fill()
  expect(await told()).toEqual(ALL_NEWS)
  expect(await driftOf(rig, owner)).toEqual([])
})

test('what webhooks bring after the list was read is told, and is no drift', async () => {
  await beginFeed(rig.context)
  await buyPlanAndProduct()
  await fill()
  await deliverAll()
  expect(await told()).toEqual(ALL_NEWS)
  expect(await driftOf(rig, owner)).toEqual([])
})

test('what no webhook brings is told by the sync of what the list showed', async () => {
  await beginFeed(rig.context)
  await buyPlanAndProduct()
  await fill()
  expect(await told()).toEqual(ALL_NEWS)
  expect(await driftOf(rig, owner)).not.toEqual([])
})

test('a session that was opened before the place where the feed is, and is paid now, is told', async () => {
  await beginFeed(rig.context)
  const price = await addPrice(rig, false)
  const session = await rig.stripe.checkout.sessions.create({
    mode: 'payment',
    customer,
    line_items: [{ price: price.id, quantity: 1 }],
    success_url: 'https://shop.example/success',
  })
  await letPass(rig, clock, 10 * 60)
  await feed(rig)
  await drain(rig)
  await pay(session.url ?? '')
  await fill()
  await deliverAll()
  expect(await told()).toContainEqual(expect.stringContaining('purchase.completed:'))
})

test('a dispute whose event does not say whose it is is told', async () => {
  await buy(rig, customer, await addPrice(rig, false), DISPUTED_AT_ONCE)
  const [created] = (await rig.stripe.events.list({ type: 'charge.dispute.created', limit: 1 })).data
  await deliver(rig, created ?? {})
  await fill()
  expect(await told()).toEqual([expect.stringContaining('dispute.opened:')])
})

test('what is older than the feed is history: it is stored at once, and told to nobody', async () => {
  await buyPlanAndProduct()
  clock.advance(61 * MINUTE_MS)
  await beginFeed(rig.context)
  expect(await fill()).toMatchObject({ suspected: 0 })
  expect(await told()).toEqual([])
  expect(await driftOf(rig, owner)).toEqual([])
})

test('what the mirror has already is not asked for again', async () => {
  await beginFeed(rig.context)
  await buyPlanAndProduct()
  await deliverAll()
  await drain(rig)
  await deliverAgain()
  expect(await fill()).toMatchObject({ suspected: 0 })
})

/** Under ids that were never seen, so that events wait again. */
async function deliverAgain(): Promise<void> {
  for (const event of await eventsOf(rig, customer)) await deliver(rig, { ...event, id: `${event.id}_again` })
}
