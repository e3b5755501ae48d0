import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Stripe } from '../../src/stripe/client.ts'
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

const rig = useSync()

describe('the events of one checkout', () => {
  let session: Stripe.Checkout.Session
  let events: Stripe.Event[]
  let whole: Record<string, unknown[]>

  beforeAll(async () => {
    const customer = await addOwner(rig, 'ann')
    session = await buy(rig, customer, await addPrice(rig))
    events = await eventsOf(rig, customer)
    for (const event of events) await deliver(rig, event)
    await drain(rig)
    whole = await mirrorOf(rig, 'ann')
  })

  test('bring everything that the checkout brought about', () => {
    expect(whole).toMatchObject({
      subscriptions: [{ id: session.subscription, status: 'active', owner_id: 'ann' }],
      invoices: [{ id: session.invoice, status: 'paid', amount_paid_minor: 1_900 }],
      payments: [{ status: 'succeeded', amount_received_minor: 1_900 }],
      checkout_sessions: [{ id: session.id, status: 'complete', payment_status: 'paid' }],
      outbox: ['access.changed:ann:1', `subscription.activated:${session.subscription}:${session.invoice}`],
    })
  })

  test('give the same mirror in any order, with duplicates, drained at any time', async () => {
    const delivery = fc.record({ index: fc.nat(), drainAfter: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(
        fc.array(delivery, { maxLength: 12 }),
        fc.noShrink(shuffled(events)),
        async (extra, order) => {
          await forgetMirror(rig)
          for (const { index, drainAfter } of extra) {
            await deliver(rig, events[index % events.length]!)
            if (drainAfter) await drain(rig)
          }
          for (const event of order) await deliver(rig, event)
          await drain(rig)
          expect(await mirrorOf(rig, 'ann')).toEqual(whole)
        },
      ),
      { numRuns: 12 },
    )
  }, 60_000)

  test.each(['checkout.session.completed', 'invoice.paid', 'customer.subscription.created'])(
    'need not all arrive: %s alone makes the subscription active',
    async (type) => {
      await forgetMirror(rig)
      await deliver(rig, events.find((event) => event.type === type)!)
      await drain(rig)
      const { subscriptions } = await mirrorOf(rig, 'ann')
      expect(subscriptions).toMatchObject([{ id: session.subscription, status: 'active' }])
    },
  )
})

test('whatever happens at Stripe while events are late, doubled and mixed up, the mirror ends as Stripe is', async () => {
  const price = await addPrice(rig)
  let owners = 0
  const step = fc.constantFrom('change', 'deliver', 'deliver', 'drain')
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), fc.nat(), async (steps, salt) => {
      const owner = `owner${++owners}`
      const customer = await addOwner(rig, owner)
      const session = await buy(rig, customer, price)
      const subscription = String(session.subscription)
      const changes = [
        () => rig.stripe.subscriptions.update(subscription, { cancel_at_period_end: true }),
        () => rig.stripe.subscriptions.update(subscription, { cancel_at_period_end: false }),
        () => refundFirstPayment(customer),
        () => rig.stripe.subscriptions.cancel(subscription),
      ]
      for (const [index, what] of steps.entries()) {
        if (what === 'change') await changes.shift()?.()
        if (what === 'drain') await drain(rig)
        if (what === 'deliver') {
          const made = await eventsOf(rig, customer)
          await deliver(rig, made[(index * 7 + salt) % made.length]!)
        }
      }
      for (const event of (await eventsOf(rig, customer)).reverse()) await deliver(rig, event)
      await drain(rig)
      const converged = await mirrorOf(rig, owner)

      await forgetMirror(rig)
      for (const event of await eventsOf(rig, customer)) await deliver(rig, event)
      await drain(rig)
      // What was told on the way depends on what was seen on the way; where it ends does not.
      expect({ ...converged, outbox: [] }).toEqual({ ...(await mirrorOf(rig, owner)), outbox: [] })
    }),
    { numRuns: 8 },
  )
}, 60_000)

async function refundFirstPayment(customer: string): Promise<void> {
  const { data } = await rig.stripe.paymentIntents.list({ customer, limit: 1 })
  if (data[0]) await rig.stripe.refunds.create({ payment_intent: data[0].id, amount: 500 })
}

function shuffled<T>(items: readonly T[]): fc.Arbitrary<T[]> {
  return fc.shuffledSubarray([...items], { minLength: items.length, maxLength: items.length })
}
