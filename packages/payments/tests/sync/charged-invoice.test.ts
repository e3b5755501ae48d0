import { beforeEach, expect, test } from 'vitest'
import { drainGroup } from '../../src/webhooks/drain.ts'
import { addOwner, addPrice, buy, deliver, eventsOf, mirrorOf, useSync } from '../support/sync-rig.ts'

const rig = useSync()
const told = new Set<string>()

beforeEach(() => told.clear())

/** Delivers what Stripe has made since the last time, works it off together and returns the calls that this took. */
async function callsOf(customer: string): Promise<string[]> {
  const events = (await eventsOf(rig, customer)).filter(({ id }) => !told.has(id))
  for (const event of events) {
    told.add(event.id)
    await deliver(rig, event)
  }
  rig.network.calls.length = 0
  await drainGroup({ ...rig.context, random: () => 0.5 }, customer)
  return rig.network.calls.filter((call) => !call.startsWith('GET /v1/customers'))
}

async function subscribe(ownerId: string): Promise<{ customer: string; subscription: string }> {
  const customer = await addOwner(rig, ownerId)
  const { subscription } = await buy(rig, customer, await addPrice(rig))
  await callsOf(customer)
  return { customer, subscription: String(subscription) }
}

async function latestInvoiceOf(subscription: string): Promise<string> {
  return String((await rig.stripe.subscriptions.retrieve(subscription)).latest_invoice)
}

test('a renewal costs two calls: one for its draft with the new period, one for the invoice with its payment', async () => {
  const { customer, subscription } = await subscribe('ann')
  const { current_period_end: renewal = 0 } = (await rig.stripe.subscriptions.retrieve(subscription)).items
    .data[0]!
  await rig.sandbox.advance({ to: renewal + 60 })
  const invoice = await latestInvoiceOf(subscription)
  expect(await callsOf(customer)).toEqual([`GET /v1/invoices/${invoice}`])
  expect(await mirrorOf(rig, 'ann')).toMatchObject({
    subscriptions: [{ current_period_start: new Date(renewal * 1000) }],
    invoices: expect.arrayContaining([expect.objectContaining({ id: invoice, status: 'draft' })]),
  })

  await rig.sandbox.advance({ to: renewal + 7_200 })
  expect(await callsOf(customer)).toEqual(['GET /v1/invoice_payments'])
  const { invoices, payments } = await mirrorOf(rig, 'ann')
  expect(invoices).toContainEqual(expect.objectContaining({ id: invoice, status: 'paid' }))
  expect(payments).toMatchObject([{ status: 'succeeded' }, { status: 'succeeded' }])
})

test('a payment that ends a time without one brings the subscription too, also when no event of that comes', async () => {
  const { customer, subscription } = await subscribe('cyd')
  const { current_period_end: renewal = 0 } = (await rig.stripe.subscriptions.retrieve(subscription)).items
    .data[0]!
  const declined = await rig.stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer })
  await rig.stripe.subscriptions.update(subscription, { default_payment_method: declined.id })
  await rig.sandbox.advance({ to: renewal + 7_200 })
  await callsOf(customer)
  expect(await mirrorOf(rig, 'cyd')).toMatchObject({ subscriptions: [{ status: 'past_due' }] })

  const good = await rig.stripe.paymentMethods.attach('pm_card_visa', { customer })
  await rig.stripe.invoices.pay(await latestInvoiceOf(subscription), { payment_method: good.id })
  const isOfSubscription = ({ type }: { type: string }) => type.startsWith('customer.subscription.')
  for (const { id } of (await eventsOf(rig, customer)).filter(isOfSubscription)) told.add(id)
  await callsOf(customer)
  expect(await mirrorOf(rig, 'cyd')).toMatchObject({ subscriptions: [{ status: 'active' }] })
})

test('an invoice that nothing settles yet is asked for by itself', async () => {
  const { customer } = await subscribe('bea')
  const invoice = await rig.stripe.invoices.create({ customer })
  const oneTime = await addPrice(rig, false)
  await buy(rig, customer, oneTime)
  const calls = await callsOf(customer)
  expect(calls).toContain('GET /v1/invoice_payments')
  expect(calls).toContain(`GET /v1/invoices/${invoice.id}`)
  expect((await mirrorOf(rig, 'bea')).invoices).toContainEqual(
    expect.objectContaining({ id: invoice.id, status: 'draft' }),
  )
})
