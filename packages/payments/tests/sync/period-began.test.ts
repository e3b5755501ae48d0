import { expect, test } from 'vitest'
import { readAccessFacts } from '../../src/db/queries/access-facts.ts'
import { accessAt } from '../../src/domain/access.ts'
import type { Stripe } from '../../src/stripe/client.ts'
import { addOwner, deliver, drain, eventsOf, useSync } from '../support/sync-rig.ts'

const rig = useSync()

test('a month that was given back ends nothing of the year that was paid after it', async () => {
  const { customer, subscription, invoice: month } = await subscribe('ann', 1_000, 'month')
  const year = await changeTo(subscription, 9_000, 'year')
  await giveBack(month)
  expect(await reasonOf('ann', customer)).toBe('active')

  await giveBack(year)
  expect(await reasonOf('ann', customer)).toBe('refunded')
})

test('a year that was paid is found behind the ten lines that Stripe shows of its invoice', async () => {
  const { customer, subscription, invoice: month } = await subscribe('eve', 1_000, 'month')
  for (let quantity = 2; quantity < 8; quantity++) {
    await rig.stripe.subscriptions.update(subscription.id, {
      items: [{ id: subscription.items.data[0]?.id ?? '', quantity }],
    })
    await rig.sandbox.advance({ days: 1 })
  }
  const year = await changeTo(subscription, 9_000, 'year')
  await giveBack(month)
  expect(await reasonOf('eve', customer)).toBe('active')

  await giveBack(year)
  expect(await reasonOf('eve', customer)).toBe('refunded')
})

test('a plan that was free begins a period with its first price', async () => {
  const { customer, subscription } = await subscribe('bob', 0, 'month')
  await giveBack(await changeTo(subscription, 2_900, 'month'))
  expect(await reasonOf('bob', customer)).toBe('refunded')
})

test('a trial that is ended early begins a period', async () => {
  const { customer, subscription } = await subscribe('cyd', 2_900, 'month', { trial_period_days: 14 })
  const { latest_invoice } = await rig.stripe.subscriptions.update(subscription.id, { trial_end: 'now' })
  await giveBack(latest_invoice)
  expect(await reasonOf('cyd', customer)).toBe('refunded')
})

test('a dearer plan within the period pays for a difference: that it was given back ends nothing', async () => {
  const { customer, subscription, invoice: month } = await subscribe('dan', 1_000, 'month')
  await giveBack(await changeTo(subscription, 2_900, 'month', { proration_behavior: 'always_invoice' }))
  expect(await reasonOf('dan', customer)).toBe('active')

  await giveBack(month)
  expect(await reasonOf('dan', customer)).toBe('refunded')
})

type Interval = 'month' | 'year'

async function subscribe(
  owner: string,
  amountMinor: number,
  interval: Interval,
  more: Partial<Stripe.SubscriptionCreateParams> = {},
) {
  const customer = await addOwner(rig, owner)
  const method = await rig.stripe.paymentMethods.attach('pm_card_visa', { customer })
  const subscription = await rig.stripe.subscriptions.create({
    ...{ customer, default_payment_method: method.id, ...more },
    items: [{ price: await priceOf(amountMinor, interval) }],
  })
  // A change within the same second would leave nothing to tell the two invoices apart by.
  await rig.sandbox.advance({ days: 3 })
  return { customer, subscription, invoice: subscription.latest_invoice }
}

async function changeTo(
  { id, items }: Stripe.Subscription,
  amountMinor: number,
  interval: Interval,
  more: Partial<Stripe.SubscriptionUpdateParams> = {},
): Promise<Stripe.Subscription['latest_invoice']> {
  const price = await priceOf(amountMinor, interval)
  const asked = { items: [{ id: String(items.data[0]?.id), price }], ...more }
  const { latest_invoice } = await rig.stripe.subscriptions.update(id, asked)
  return latest_invoice
}

async function priceOf(amountMinor: number, interval: Interval): Promise<string> {
  const product = await rig.stripe.products.create({ name: 'Team' })
  const asked = { product: product.id, unit_amount: amountMinor, currency: 'usd', recurring: { interval } }
  return (await rig.stripe.prices.create(asked)).id
}

async function giveBack(invoice: Stripe.Subscription['latest_invoice']): Promise<void> {
  const { data } = await rig.stripe.invoicePayments.list({ invoice: String(invoice) })
  await rig.stripe.refunds.create({ payment_intent: String(data[0]?.payment.payment_intent) })
}

async function reasonOf(owner: string, customer: string): Promise<string | undefined> {
  for (const event of await eventsOf(rig, customer)) await deliver(rig, event)
  await drain(rig)
  const facts = await readAccessFacts(rig.database.db.query, owner)
  return accessAt(facts, { pastDueGraceDays: 7 }, rig.context.clock.now()).grants[0]?.reason
}
