import { beforeAll, beforeEach, expect, test } from 'vitest'
import { lookAtDueOwners } from '../../src/jobs/access-by-time.ts'
import { beginFeed } from '../../src/reconcile/event-feed.ts'
import { backfill } from '../../src/sync/backfill/backfill.ts'
import { syncCatalogue } from '../../src/sync/catalogue.ts'
import { standingClock } from '../support/clock.ts'
import { letPass, stripeNow } from '../support/reconcile-rig.ts'
import {
  accessToldOf,
  addOwner,
  buy,
  deliver,
  drain,
  eventsOf,
  forgetMirror,
  mirrorOf,
  useSync,
} from '../support/sync-rig.ts'

/* What events show of objects that were there before Billhook, where no backfill has listed them (yet). */
const DAY = 24 * 60 * 60
const clock = standingClock(new Date())
const rig = useSync({ clock })
let product = ''
let run = 0
let owner = ''
let customer = ''

beforeAll(async () => {
  product = (await rig.stripe.products.create({ name: 'Team', marketing_features: [{ name: 'Exports' }] })).id
})

beforeEach(async () => {
  await forgetMirror(rig)
  await rig.database.db.pool.query(
    'truncate billhook.customers, billhook.suspects, billhook.drift, billhook.cursors, billhook.backfill_stretches',
  )
  clock.set(stripeNow(rig))
  await syncCatalogue(rig.context)
  owner = `ann${++run}`
  customer = await addOwner(rig, owner)
})

test('a subscription of long ago that an event shows is told to nobody; its end is', async () => {
  const id = await subscribed('year')
  await letPass(rig, clock, 100 * DAY)
  await beginFeed(rig.context)
  await rig.stripe.subscriptions.update(id, { metadata: { note: 'a' } })
  await deliverSince(1)
  expect(await mirrorOf(rig, owner)).toMatchObject({ subscriptions: [{ status: 'active' }], outbox: [] })
  await lookAtDueOwners(rig.context)
  await rig.stripe.subscriptions.cancel(id)
  await deliverSince(1)
  expect(await outbox()).toEqual([`access.changed:${owner}:1`, `subscription.canceled:${id}`])
  expect(await accessToldOf(rig, owner)).toMatchObject([{ lost: ['Exports'] }])
})

test('of a subscription of long ago the renewal of today is told, and nothing else', async () => {
  await subscribed('month')
  await letPass(rig, clock, 100 * DAY)
  await beginFeed(rig.context)
  await letPass(rig, clock, 25 * DAY)
  await deliverSince(25)
  expect(await outbox()).toEqual([expect.stringContaining('subscription.renewed:')])
})

test('whoever was told of other access is told what a subscription of long ago adds to it', async () => {
  const id = await subscribed('year')
  await letPass(rig, clock, 100 * DAY)
  await beginFeed(rig.context)
  const life = await rig.stripe.products.create({ name: 'Life', marketing_features: [{ name: 'Lifetime' }] })
  const asked = { product: life.id, unit_amount: 9_900, currency: 'usd' }
  await buy(rig, customer, await rig.stripe.prices.create(asked))
  await syncCatalogue(rig.context)
  await deliverSince(1)
  await rig.stripe.subscriptions.update(id, { metadata: { note: 'a' } })
  await deliverSince(1)
  expect(await accessToldOf(rig, owner)).toMatchObject([
    { features: [{ name: 'Lifetime' }], gained: ['Lifetime'] },
    { features: [{ name: 'Exports' }, { name: 'Lifetime' }], gained: ['Exports'] },
  ])
  expect(await outbox()).not.toContainEqual(expect.stringContaining('subscription.activated'))
})

test('a subscription that was begun some hours before, and may have been paid since, is told', async () => {
  const id = await subscribed('year')
  await letPass(rig, clock, DAY / 2)
  await beginFeed(rig.context)
  await rig.stripe.subscriptions.update(id, { metadata: { note: 'a' } })
  await deliverSince(1)
  expect(await outbox()).toContainEqual(expect.stringContaining(`subscription.activated:${id}`))
})

test.each(['a backfill', 'an event'])(
  'a payment that failed long ago is told to nobody, neither when %s shows it nor ever after',
  async (whoever) => {
    const id = await declined()
    await letPass(rig, clock, 100 * DAY)
    if (whoever === 'a backfill') {
      const byCustomer = new Map([[customer, owner]])
      await backfill(rig.context, { rules: { metadataKey: 'billhook_owner_id', byCustomer } })
      expect(await mirrorOf(rig, owner)).toMatchObject({ payments: [{ id }] })
    } else await beginFeed(rig.context)
    for (const note of ['a', 'b']) {
      await rig.stripe.paymentIntents.update(id, { metadata: { note } })
      await ringOf(id)
    }
    expect(await outbox()).toEqual([])
    await rig.stripe.paymentIntents
      .confirm(id, { payment_method: 'pm_card_chargeDeclined' })
      .catch(() => undefined)
    await ringOf(id)
    expect(await outbox()).toEqual([expect.stringContaining(`payment.failed:${id}`)])
  },
)

async function subscribed(interval: 'month' | 'year'): Promise<string> {
  const asked = { product, unit_amount: 1_900, currency: 'usd' }
  const price = await rig.stripe.prices.create({ ...asked, recurring: { interval } })
  return String((await buy(rig, customer, price)).subscription)
}

async function declined(): Promise<string> {
  const automatic_payment_methods = { enabled: true, allow_redirects: 'never' as const }
  const asked = { customer, amount: 1_900, currency: 'usd', automatic_payment_methods }
  const { id } = await rig.stripe.paymentIntents.create(asked)
  await rig.stripe.paymentIntents
    .confirm(id, { payment_method: 'pm_card_chargeDeclined' })
    .catch(() => undefined)
  return id
}

let rings = 0
/** As if something had just happened to it: what a test changes may have no event. */
async function ringOf(payment: string): Promise<void> {
  const [event] = (await rig.stripe.events.list({ limit: 1 })).data
  const object = await rig.stripe.paymentIntents.retrieve(payment)
  const id = `evt_${payment}_${++rings}`
  await deliver(rig, { ...event, id, type: 'payment_intent.payment_failed', data: { object } })
  await drain(rig)
}

/** The events of the last days, which webhooks bring. */
async function deliverSince(days: number): Promise<void> {
  const since = rig.sandbox.now() - days * DAY
  for (const event of await eventsOf(rig, customer)) if (event.created >= since) await deliver(rig, event)
  await drain(rig)
}

async function outbox(): Promise<unknown[]> {
  return (await mirrorOf(rig, owner)).outbox ?? []
}
