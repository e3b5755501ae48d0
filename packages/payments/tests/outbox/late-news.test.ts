import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import { writeCursor } from '../../src/db/queries/cursors.ts'
import { FEED_CURSOR } from '../../src/domain/event-feed.ts'
import { createAccessByTime, lookAtDueOwners } from '../../src/jobs/access-by-time.ts'
import type { Repeat } from '../../src/jobs/repeat.ts'
import type { Stripe } from '../../src/stripe/client.ts'
import { syncCatalogue } from '../../src/sync/catalogue.ts'
import { standingClock } from '../support/clock.ts'
import { mirror } from '../support/mirror.ts'
import { accessToldOf, addOwner, deliver, drain, eventsOf, useSync } from '../support/sync-rig.ts'

const DAY_MS = 24 * 60 * 60_000
const clock = standingClock(new Date())
const rig = useSync({ clock })
let price: Stripe.Price
let job: Repeat | null = null

beforeAll(async () => {
  const product = await rig.stripe.products.create({
    name: 'Team',
    marketing_features: [{ name: 'Exports' }],
  })
  const asked = { product: product.id, unit_amount: 1_900, currency: 'usd' }
  price = await rig.stripe.prices.create({ ...asked, recurring: { interval: 'month' } })
  await syncCatalogue(rig.context)
})
afterEach(async () => await job?.stop())

test('whose payment is among what waits is not told that his grace is over', async () => {
  const customer = await addOwner(rig, 'ann')
  await addPastDue('ann')
  const card = await rig.stripe.paymentMethods.attach('pm_card_visa', { customer })
  await rig.stripe.subscriptions.create({
    ...{ customer, default_payment_method: card.id, items: [{ price: price.id }] },
  })
  for (const event of await eventsOf(rig, customer)) await deliver(rig, event)
  clock.advance(8 * DAY_MS)
  await lookAtDueOwners(rig.context)
  expect(await told('ann')).toEqual([])

  // Another one is paid by now, and gives the same.
  await drain(rig)
  await lookAtDueOwners(rig.context)
  expect(await told('ann')).not.toContainEqual(expect.objectContaining({ has_access: false }))
})

test('while the list of events was not read for a while nobody is told that his grace is over', async () => {
  await addPastDue('bob')
  clock.advance(8 * DAY_MS)
  await readFeedUntil(clock.now().getTime() - 12 * 60_000)
  let looks = 0
  const watched = Object.assign(Object.create(rig.context) as typeof rig.context, {
    clock: {
      ...clock,
      wait: async () => {
        looks++
        await new Promise((resolve) => setTimeout(resolve, 5))
      },
    },
  })
  job = createAccessByTime(watched, { feed: 'beside', feedEveryMs: 60_000 })
  job.start()
  await vi.waitFor(() => expect(looks).toBeGreaterThan(3))
  expect(await told('bob')).toEqual([])

  await readFeedUntil(clock.now().getTime() - 2 * 60_000)
  await vi.waitFor(async () => expect(await told('bob')).toMatchObject([{ has_access: false }]))
})

/** Was told that he has the features, and is looked at when his grace is over. */
async function addPastDue(ownerId: string): Promise<void> {
  const { db } = rig.database
  await mirror.subscription(db, {
    ...{ id: `sub_${ownerId}`, owner_id: ownerId, status: 'past_due', stripe_created_at: clock.now() },
    current_period_start: clock.now(),
    product_ids: [String(price.product)],
  })
  await db.query
    .insertInto('access')
    .values({ owner_id: ownerId, version: 0, look_again_at: clock.now() })
    .execute()
  await lookAtDueOwners(rig.context)
}

async function readFeedUntil(milliseconds: number): Promise<void> {
  await writeCursor(rig.database.db.query, FEED_CURSOR, { until: milliseconds / 1000 }, clock.now())
}

const told = (ownerId: string) => accessToldOf(rig, ownerId)
