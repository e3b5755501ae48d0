import Stripe from 'stripe'
import { describe, expect, test, vi } from 'vitest'
import type { FaultRule, Sandbox } from '../../src/index.ts'
import { buildCustomer } from '../../src/objects/customer.ts'
import { conforms } from '../support/conforms.ts'
import { eventually } from '../support/eventually.ts'
import { movableClock } from '../support/movable-clock.ts'
import { type ReceivedDelivery, type Receiver, startReceiver } from '../support/receiver.ts'
import { start } from '../support/start.ts'

const quick = { deliveries: { firstRetryMs: 10 } }

test('an event that is delivered twice is the same event, signed each time', async () => {
  const { receiver, stripe, verified } = await withFaults({ fault: 'deliver_twice' })
  const { id } = await stripe.customers.create({ name: 'Ada' })
  await eventually(() => receiver.received.length).toBe(2)
  const events = receiver.received.map(verified)
  expect(events.map((event) => event.id)).toEqual([events[0]?.id, events[0]?.id])
  expect(events[0]).toMatchObject({ pending_webhooks: 1, data: { object: { id } } })
  expect(conforms(events[0])).toEqual([])
})

test('a second delivery that fails does not make an event undelivered', async () => {
  const { sandbox, receiver, stripe } = await withFaults({ fault: 'deliver_twice', afterMs: 20 })
  const answers = [200]
  receiver.answer = () => answers.shift() ?? 500
  await stripe.customers.create({})
  const attempts = () => [...sandbox.context.store.all('delivery')].map((each) => each.attempts.length)
  await eventually(attempts).toEqual([1, 1])
  expect((await stripe.events.list({ delivery_success: true })).data).toHaveLength(1)
})

describe('events out of order', () => {
  test('arrive the last first, one after the other', async () => {
    const { sandbox, receiver } = await withFaults({ fault: 'deliver_out_of_order', windowMs: 50 })
    const created = atOnce(sandbox, 5)
    await eventually(() => receiver.received.length).toBe(5)
    expect(subjects(receiver)).toEqual(created.toReversed())
  })

  test('arrive in the order that the seed draws', async () => {
    const rule: FaultRule = { fault: 'deliver_out_of_order', windowMs: 50, order: 'shuffled' }
    const orders: number[][] = []
    for (let run = 0; run < 2; run += 1) {
      const { sandbox, receiver } = await withFaults()
      sandbox.faults.set({ seed: 11, rules: [rule] })
      const created = atOnce(sandbox, 8)
      await eventually(() => receiver.received.length).toBe(8)
      orders.push(subjects(receiver).map((id) => created.indexOf(id)))
    }
    expect(orders[1]).toEqual(orders[0])
    expect(orders[0]).not.toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  })

  test('are tried again on their own when one fails', async () => {
    const { sandbox, receiver } = await withFaults({ fault: 'deliver_out_of_order', windowMs: 50 }, quick)
    const answers = [500]
    receiver.answer = () => answers.shift() ?? 200
    const [first, second] = atOnce(sandbox, 2)
    await eventually(() => receiver.received.length).toBe(3)
    expect(new Set(subjects(receiver).slice(0, 2))).toEqual(new Set([second, first]))
    expect(subjects(receiver).filter((id) => id === second)).toHaveLength(2)
  })
})

test('an event that is late arrives after a younger one', async () => {
  const { sandbox, receiver } = await withFaults({ fault: 'deliver_late', lateMs: 300, count: 1 })
  const created = atOnce(sandbox, 2)
  await eventually(() => receiver.received.length).toBe(2)
  expect(subjects(receiver)).toEqual(created.toReversed())
})

test('an event that is never delivered is listed, and among the undelivered', async () => {
  const { receiver, stripe } = await withFaults({ fault: 'deliver_never', count: 1 })
  const [lost, told] = await inOrder(2, () => stripe.customers.create({}))
  await eventually(() => subjects(receiver)).toEqual([told])
  // The answer of the one that arrived is written down a moment after it came.
  const undelivered = async () => (await stripe.events.list({ delivery_success: false })).data
  await eventually(undelivered).toMatchObject([{ pending_webhooks: 1, data: { object: { id: lost } } }])
})

test('one change can be told by two different events', async () => {
  const { receiver, stripe, verified } = await withFaults({ fault: 'duplicate_event' })
  const { id } = await stripe.customers.create({})
  await eventually(() => receiver.received.length).toBe(2)
  const events = receiver.received.map(verified)
  expect(events.flatMap(conforms)).toEqual([])
  expect(new Set(events.map((event) => event.id)).size).toBe(2)
  for (const event of events)
    expect(event).toMatchObject({ type: 'customer.created', data: { object: { id } } })
})

test('all events of a window have the same created', async () => {
  const clock = movableClock(1_800_000_000)
  const { stripe } = await withFaults({ fault: 'same_second', windowSeconds: 60 }, { clock })
  for (const seconds of [0, 30, 29, 1]) {
    clock.advance(seconds)
    await stripe.customers.create({})
  }
  const created = (await stripe.events.list()).data.map((event) => event.created).toReversed()
  expect(created).toEqual([1_800_000_000, 1_800_000_000, 1_800_000_000, 1_800_000_060])
})

describe('a signature', () => {
  test('of nobody’s secret is refused, and the retry has the right one', async () => {
    const { receiver, stripe, verified } = await withFaults({ fault: 'wrong_signature' }, quick)
    verifyingReceiver(receiver, verified)
    await stripe.customers.create({})
    await eventually(async () => (await stripe.events.list({ delivery_success: true })).data.length).toBe(1)
    expect(receiver.received.map((each) => verifies(each, verified))).toEqual([false, true])
  })

  test('can be wrong for several attempts', async () => {
    const { receiver, stripe, verified } = await withFaults({ fault: 'wrong_signature', attempts: 2 }, quick)
    verifyingReceiver(receiver, verified)
    await stripe.customers.create({})
    await eventually(() => receiver.received.length).toBe(3)
    expect(receiver.received.map((each) => verifies(each, verified))).toEqual([false, false, true])
  })

  test('does not cover a body that was altered, and the retry is as it was signed', async () => {
    const { receiver, stripe, verified } = await withFaults({ fault: 'alter_body' }, quick)
    verifyingReceiver(receiver, verified)
    await stripe.customers.create({})
    await eventually(() => receiver.received.length).toBe(2)
    expect(receiver.received.map((each) => verifies(each, verified))).toEqual([false, true])
    expect(receiver.received.map(({ body }) => JSON.parse(body).livemode)).toEqual([true, false])
  })

  test('of the old secret alone is possible while there are two', async () => {
    const { sandbox, receiver, stripe } = await withFaults({ fault: 'sign_with_old_secret' })
    const old = sandbox.webhookSecret ?? ''
    await stripe.customers.create({})
    sandbox.rollWebhookSecret(await endpointOf(stripe), 3600)
    await stripe.customers.create({})
    await eventually(() => receiver.received.length).toBe(2)
    expect(
      receiver.received.map((each) =>
        verifies(
          each,
          verifier(stripe, () => old),
        ),
      ),
    ).toEqual([true, true])
    const present = verifier(stripe, () => sandbox.webhookSecret ?? '')
    expect(receiver.received.map((each) => verifies(each, present))).toEqual([false, false])
    expect(sandbox.faults.list()).toMatchObject([{ struck: 1 }])
  })
})

describe('a rule for deliveries can be narrowed', () => {
  test('to a type of event', async () => {
    const { receiver, stripe } = await withFaults({
      fault: 'deliver_never',
      where: { eventType: 'customer.*' },
    })
    await stripe.customers.create({})
    const { id } = await stripe.products.create({ name: 'A' })
    await eventually(() => subjects(receiver)).toEqual([id])
  })

  test('to one endpoint, by its id or its URL', async () => {
    const [spared, struck] = [await startReceiver(), await startReceiver()]
    const { sandbox, stripe } = await start({ webhook: { url: spared.url } })
    const { id } = await stripe.webhookEndpoints.create({ url: struck.url, enabled_events: ['*'] })
    for (const endpoint of [id, struck.url]) {
      sandbox.faults.set({ rules: [{ fault: 'deliver_never', where: { endpoint } }] })
      await stripe.customers.create({})
    }
    await eventually(() => spared.received.length).toBe(2)
    expect((await stripe.events.list({ delivery_success: false })).data).toHaveLength(2)
    expect(struck.received).toEqual([])
  })

  test('to what belongs to one customer', async () => {
    const { sandbox, receiver, stripe } = await withFaults()
    const [ada, bob] = await inOrder(2, () => stripe.customers.create({}))
    sandbox.faults.set({ rules: [{ fault: 'deliver_never', where: { customer: ada ?? '' } }] })
    for (const customer of [ada ?? '', bob ?? '']) {
      await stripe.paymentIntents.create({ amount: 500, currency: 'usd', customer })
    }
    await eventually(() => receiver.received.length).toBe(3)
    // That a delivery was answered is written down after it was received.
    const undelivered = async () => (await stripe.events.list({ delivery_success: false })).data
    await eventually(undelivered).toMatchObject([{ data: { object: { customer: ada } } }])
  })
})

test('several faults strike one delivery together', async () => {
  const { sandbox, receiver, stripe, verified } = await withFaults()
  sandbox.faults.set({
    rules: [{ fault: 'wrong_signature' }, { fault: 'deliver_twice' }, { fault: 'deliver_late', lateMs: 20 }],
  })
  await stripe.customers.create({})
  await eventually(() => receiver.received.length).toBe(2)
  expect(new Set(receiver.received.map((each) => verifies(each, verified)))).toEqual(new Set([false, true]))
})

/** A sandbox that delivers to a receiver, with a rule. `verified` reads a delivery as the SDK does, or throws. */
async function withFaults(rule?: FaultRule, options: Parameters<typeof start>[0] = {}) {
  const receiver = await startReceiver()
  const { sandbox, stripe } = await start({ webhook: { url: receiver.url }, ...options })
  if (rule) sandbox.faults.set({ rules: [rule] })
  return { sandbox, stripe, receiver, verified: verifier(stripe, () => sandbox.webhookSecret ?? '') }
}

function verifier(stripe: Stripe, secret: () => string): (delivery: ReceivedDelivery) => Stripe.Event {
  return ({ body, headers }) =>
    stripe.webhooks.constructEvent(body, headers['stripe-signature'] ?? '', secret())
}

function verifies(delivery: ReceivedDelivery, verified: (delivery: ReceivedDelivery) => unknown): boolean {
  try {
    verified(delivery)
    return true
  } catch (error) {
    if (error instanceof Stripe.errors.StripeSignatureVerificationError) return false
    throw error
  }
}

function verifyingReceiver(receiver: Receiver, verified: (delivery: ReceivedDelivery) => unknown): void {
  receiver.answer = (delivery) => (verifies(delivery, verified) ? 200 : 400)
}

/** Announces so many customers in one moment, however busy the machine is. Returns their ids in the order of their events. */
function atOnce({ context, world }: Sandbox, count: number): string[] {
  const customers = Array.from({ length: count }, () => buildCustomer(context.ids, context.clock.now()))
  // In one moment: a process that has to wait for its turn in between would not find all of them in one window.
  const stopped = vi.spyOn(world.wallClock, 'nowMs').mockReturnValue(world.wallClock.nowMs())
  context.store.transaction(() => {
    for (const customer of customers) context.emit('customer.created', customer)
  })
  stopped.mockRestore()
  return customers.map(({ id }) => id)
}

async function inOrder(count: number, make: () => Promise<{ id: string }>): Promise<string[]> {
  const ids: string[] = []
  for (let n = 0; n < count; n += 1) ids.push((await make()).id)
  return ids
}

function subjects({ received }: Receiver): string[] {
  return received.map(({ body }) => JSON.parse(body).data.object.id)
}

async function endpointOf(stripe: Stripe): Promise<string> {
  return (await stripe.webhookEndpoints.list()).data[0]?.id ?? ''
}
