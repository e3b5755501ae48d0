import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Stripe } from '../../src/stripe/client.ts'
import { standingClock } from '../support/clock.ts'
import {
  differing,
  driftOf,
  feed,
  GRACE_MS,
  letPass,
  stripeNow,
  sweepAndSettle,
} from '../support/reconcile-rig.ts'
import { addOwner, addPrice, buy, deliver, drain, eventsOf, useSync } from '../support/sync-rig.ts'

const clock = standingClock(new Date())
const rig = useSync({ clock })
let product: Stripe.Price

const change = fc.constantFrom(
  'cancel later',
  'do not cancel',
  'refund a part',
  'cancel',
  'buy once',
  'rename',
)

test('however many webhooks are lost, feed and sweep bring the mirror to Stripe, and record just what was missed', async () => {
  const plan = await addPrice(rig)
  product = await addPrice(rig, false)
  let owners = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(change, { maxLength: 4 }),
      fc.constantFrom(0, 30, 70, 100),
      fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 30, maxLength: 30 }),
      fc.boolean(),
      async (changes, lost, chances, hasFeed) => {
        // Our clock runs with Stripe's, and every owner begins a history.
        clock.set(stripeNow(rig))
        await rig.database.db.pool.query('truncate billhook.cursors')
        const owner = `owner${++owners}`
        const customer = await addOwner(rig, owner)
        const session = await buy(rig, customer, plan)
        for (const what of changes) await apply(what, customer, String(session.subscription))
        const events = await eventsOf(rig, customer)
        for (const [index, event] of events.entries()) {
          if ((chances[index % chances.length] ?? 0) > lost) await deliver(rig, event)
        }
        await drain(rig)
        const missed = await differing(rig, owner, customer)

        await letPass(rig, clock, GRACE_MS / 1000 + 60)
        if (hasFeed) {
          await feed(rig)
          await drain(rig)
          expect(await differing(rig, owner, customer)).toEqual([])
          expect(new Set((await driftOf(rig, owner)).map(nameOf))).toEqual(new Set(missed))
        }
        // What the sweep covers it repairs alone; after the feed there is nothing left for it.
        await sweepAndSettle(rig, clock)
        const left = (await differing(rig, owner, customer)).filter(isSwept)
        expect(left).toEqual([])
        const drift = (await driftOf(rig, owner)).map(nameOf)
        expect(drift).toEqual([...new Set(drift)])
        expect(missed).toEqual(expect.arrayContaining(drift))
      },
    ),
    { numRuns: 10, endOnFailure: true },
  )
}, 60_000)

function nameOf({ resource, resource_id }: { resource: string; resource_id: string }): string {
  return `${resource} ${resource_id}`
}

function isSwept(name: string): boolean {
  return name.startsWith('subscription ') && !endedUnseen.has(name)
}

/** Subscriptions that began and ended without one event: nothing live is left to compare. */
const endedUnseen = new Set<string>()

async function apply(what: string, customer: string, subscription: string): Promise<void> {
  const current = await rig.stripe.subscriptions.retrieve(subscription)
  const isOver = current.status === 'canceled'
  switch (what) {
    case 'cancel later':
    case 'do not cancel': {
      const cancel = what === 'cancel later'
      if (!isOver) await rig.stripe.subscriptions.update(subscription, { cancel_at_period_end: cancel })
      return
    }
    case 'cancel':
      if (!isOver) await rig.stripe.subscriptions.cancel(subscription)
      endedUnseen.add(`subscription ${subscription}`)
      return
    case 'refund a part': {
      const { data } = await rig.stripe.paymentIntents.list({ customer, limit: 1 })
      await rig.stripe.refunds.create({ payment_intent: String(data[0]?.id), amount: 100 })
      return
    }
    case 'buy once':
      await buy(rig, customer, product)
      return
    case 'rename':
      await rig.stripe.customers.update(customer, { email: `${customer}@new.example` })
      return
    default:
      throw new Error(what)
  }
}
